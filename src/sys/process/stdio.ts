/** The standard streams. */
import { AT_FDCWD } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import { isOpen, tryWrite } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN } from "../file/file.ts";
import { poll } from "./poll.ts";
import { readTerminalMode } from "./terminal.ts";

export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;

/**
 * Opens /dev/null in the place of streams that the caller left closed; else the next file that is opened would be one of them, and the
 * container's. Children inherit it.
 */
export function openMissingStreams(): void {
  for (const fd of [STDIN, STDOUT, STDERR]) {
    if (!isOpen(fd)) check(syscall(SYS.openat, AT_FDCWD, cstring("/dev/null"), OPEN.readWrite), "open(2)", "open /dev/null"); // the lowest free number
  }
}

/** Writes everything, and waits where a full pipe is non-blocking. 0, or minus errno if not everything is taken. */
export function tryWriteWhole(fd: number, data: Uint8Array): number {
  for (let at = 0; at < data.length; ) {
    const written = tryWrite(fd, data.subarray(at));
    if (written === -ERRNO.EAGAIN) poll([{ fd, want: "write" }], -1);
    else if (written < 0) return written;
    else at += written;
  }
  return 0;
}

/** isatty(3) */
export function isTerminal(fd: number): boolean {
  return readTerminalMode(fd) !== undefined;
}
