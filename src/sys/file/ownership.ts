/** Owner and mode of open files. */
import { AT_EMPTY_PATH, AT_FDCWD } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import type { Fd } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

export interface Ownership {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, with set-user-id and its like. */
  readonly mode: number;
}

/** Who may not give files away keeps them. The owner comes first: a change of it takes away set-user-id. */
export function setOwnership(fd: Fd, { uid, gid, mode }: Ownership, what: string): void {
  const given = syscall(SYS.fchownat, fd.number, cstring(""), uid, gid, AT_EMPTY_PATH);
  if (given !== -ERRNO.EPERM && given !== -ERRNO.EINVAL) check(given, "fchownat(2)", `change the owner of ${what}`);
  check(syscall(SYS.fchmod, fd.number, mode), "fchmod(2)", `change the mode of ${what}`);
}

const KEPT: readonly number[] = [-ERRNO.EPERM, -ERRNO.EINVAL, -ERRNO.EROFS];

/** The group stays. What its file system lets nobody give away is kept. */
export function giveFile(fd: number, uid: number, what: string): void {
  const given = syscall(SYS.fchown, fd, uid, -1);
  if (!KEPT.includes(given)) check(given, "fchown(2)", `change the owner of ${what}`);
}

/** Changes the mode of what stands at `path`; 0 or minus errno. */
export function tryChangeMode(path: string, mode: number): number {
  return syscall(SYS.fchmodat, AT_FDCWD, cstring(path), mode);
}
