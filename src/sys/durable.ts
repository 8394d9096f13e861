/** What makes a file's arrival survive a crash: fsync of the file, rename, fsync of the directory. */
import type { Fd } from "./fd.ts";
import { AT_FDCWD, OPEN, openFile } from "./file.ts";
import { check, cstring, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

export function syncFile(fd: Fd, what: string): void {
  check(syscall(SYS.fsync, fd.number), "fsync(2)", `write ${what} to disk`);
}

/** A file of that name is replaced. */
export function renameFile(from: string, to: string): void {
  check(syscall(SYS.renameat2, AT_FDCWD, cstring(from), AT_FDCWD, cstring(to), 0), "rename(2)", `rename ${from} to ${to}`);
}

/** The names in a directory. */
export function syncDirectory(path: string): void {
  using fd = openFile(path, OPEN.read | OPEN.directory);
  syncFile(fd, path);
}
