/** Signals that wait until somebody asks for them. */
import { put64, u32 } from "../../base/bytes.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const SIG_BLOCK = 0;
const SIG_SETMASK = 2;
const SET_SIZE = 8;
const SFD_NONBLOCK = 0o4000;
const SFD_CLOEXEC = 0o2000000;
const SIGINFO_SIZE = 128;

/**
 * While it lives, these signals are blocked: they are taken here, or do on disposal what they do by default. One that the
 * process ignores is gone. signalfd(2), sigprocmask(2)
 */
export class HeldSignals implements Disposable {
  readonly #signals: readonly number[];
  readonly #set = new Uint8Array(SET_SIZE);
  readonly #before = new Uint8Array(SET_SIZE);
  readonly #fd: Fd;

  constructor(signals: readonly number[]) {
    this.#signals = signals;
    put64(
      this.#set,
      0,
      signals.reduce((set, signal) => set | (1n << BigInt(signal - 1)), 0n),
    );
    this.#fd = new Fd(
      check(syscall(SYS.signalfd4, -1, this.#set, SET_SIZE, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd(2)", "wait for signals"),
    );
    check(syscall(SYS.rt_sigprocmask, SIG_BLOCK, this.#set, this.#before, SET_SIZE), "sigprocmask(2)", "hold signals back");
  }

  /** Readable when one of them is there to be taken. */
  get descriptor(): number {
    return this.#fd.number;
  }

  /** Whether one has arrived and is not taken. */
  isPending(): boolean {
    return this.pending().length > 0;
  }

  /** Those that have arrived and are not taken. */
  pending(): number[] {
    const pending = new Uint8Array(SET_SIZE);
    check(syscall(SYS.rt_sigpending, pending, SET_SIZE), "sigpending(2)", "look at signals");
    return this.#signals.filter((signal) => ((pending[(signal - 1) >> 3] ?? 0) & (1 << ((signal - 1) & 7))) !== 0);
  }

  /** Those that have arrived, each once. Does not wait. */
  take(): number[] {
    const taken: number[] = [];
    const info = new Uint8Array(SIGINFO_SIZE);
    for (;;) {
      const size = syscall(SYS.read, this.#fd.number, info, info.length);
      if (size === -ERRNO.EAGAIN) return taken;
      check(size, "read(2)", "read a signal");
      taken.push(u32(info, 0));
    }
  }

  [Symbol.dispose](): void {
    this.#fd.close();
    check(syscall(SYS.rt_sigprocmask, SIG_SETMASK, this.#before, null, SET_SIZE), "sigprocmask(2)", "let signals through");
  }
}
