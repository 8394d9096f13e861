/** Waiting for descriptors and for time to pass. ppoll(2). */
import type { Fd } from "./fd.ts";
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
