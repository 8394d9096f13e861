/** Waiting for descriptors and for time to pass. ppoll(2), signalfd(2). */
import { ERRNO } from "./errno.ts";
import { Fd } from "./fd.ts";
import { check, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const POLLIN = 1;
const POLLOUT = 4;

export interface Watched {
  readonly fd: number;
  readonly want: "read" | "write";
}

/**
 * The descriptors that are ready, or whose other end is gone; none when the time is up. Milliseconds; -1 = for ever. A
 * pidfd can be read once its process has ended.
 */
export function poll(watched: readonly Watched[], milliseconds: number): number[] {
  const set = Buffer.alloc(watched.length * 8);
  for (const [i, { fd, want }] of watched.entries()) {
    set.writeInt32LE(fd, i * 8);
    set.writeInt16LE(want === "read" ? POLLIN : POLLOUT, i * 8 + 4);
  }
  const time = Buffer.alloc(16);
  time.writeBigInt64LE(BigInt(Math.max(0, Math.floor(milliseconds / 1000))), 0);
  time.writeBigInt64LE(BigInt(Math.max(0, Math.round((milliseconds % 1000) * 1_000_000))), 8);
  check(syscall(SYS.ppoll, set, watched.length, milliseconds < 0 ? null : time, null), "ppoll(2)", "wait for a descriptor");
  return watched.filter((_, i) => set.readInt16LE(i * 8 + 6) !== 0).map(({ fd }) => fd);
}

/** True once the process has ended; false when the time is up. */
export function awaitProcess(pidFd: Fd, milliseconds: number): boolean {
  return poll([{ fd: pidFd.number, want: "read" }], milliseconds).length > 0;
}

/** Does nothing for a while. */
export function pause(milliseconds: number): void {
  poll([], milliseconds);
}

const SIG_BLOCK = 0;
const SFD_CLOEXEC = 0o2000000;
const SFD_NONBLOCK = 0o4000;
const SIGINFO_SIZE = 128;

/** Signals as something to be read instead of something that happens. They stay blocked until this process ends. */
export class SignalReader implements Disposable {
  readonly fd: Fd;

  constructor(signals: readonly number[]) {
    const set = Buffer.alloc(8);
    set.writeBigUInt64LE(signals.reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n));
    check(syscall(SYS.rt_sigprocmask, SIG_BLOCK, set, null, set.length), "sigprocmask(2)", "block signals");
    this.fd = new Fd(check(syscall(SYS.signalfd4, -1, set, set.length, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd(2)", "watch signals"));
  }

  /** The number of the next signal that has arrived, if any. */
  next(): number | undefined {
    const info = Buffer.alloc(SIGINFO_SIZE);
    const got = syscall(SYS.read, this.fd.number, info, info.length);
    if (got === -ERRNO.EAGAIN) return undefined;
    check(got, "read(2)", "read a signal");
    return info.readUInt32LE(0);
  }

  [Symbol.dispose](): void {
    this.fd.close();
  }
}
