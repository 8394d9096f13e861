/** Lets the disk work while more is made for it. */
import { syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const SYNC_FILE_RANGE_WRITE = 2;

/**
 * The kernel begins to write this part of a file, so that less is left when it has to be on the disk. Promises nothing, and its failure is none:
 * fsync(2) and syncfs(2) still wait for everything and tell of errors.
 */
export function beginWriting(fd: number, offset: number, length: number): void {
  syscall(SYS.sync_file_range, fd, offset, length, SYNC_FILE_RANGE_WRITE);
}
