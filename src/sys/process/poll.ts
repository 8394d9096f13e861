/** Waiting for descriptors and for time to pass. ppoll(2). */
import { type Bytes, i16, put32, put64, putU16 } from "../../base/bytes.ts";
import type { Fd } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

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
  const set = new Uint8Array(watched.length * 8);
  for (const [i, { fd, want }] of watched.entries()) {
    put32(set, i * 8, fd);
    putU16(set, i * 8 + 4, want === "read" ? POLLIN : POLLOUT);
  }
  check(
    syscall(SYS.ppoll, set, watched.length, milliseconds < 0 ? null : timespec(milliseconds), null),
    "ppoll(2)",
    "wait for a descriptor",
  );
  return watched.filter((_, i) => i16(set, i * 8 + 6) !== 0).map(({ fd }) => fd);
}

/** struct timespec. */
function timespec(milliseconds: number): Bytes {
  const time = new Uint8Array(16);
  put64(time, 0, Math.floor(milliseconds / 1000));
  put64(time, 8, Math.round((milliseconds % 1000) * 1_000_000));
  return time;
}

/** True once the process has ended; false when the time is up. */
export function awaitProcess(pidFd: Fd, milliseconds: number): boolean {
  return poll([{ fd: pidFd.number, want: "read" }], milliseconds).length > 0;
}

/** Does nothing for a while. */
export function pause(milliseconds: number): void {
  poll([], milliseconds);
}
