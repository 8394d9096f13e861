/** Advisory locks on open files by flock(2). The kernel lets go of them when the last descriptor is closed, so also when the holder dies. */
import { ERRNO } from "../call/errno.ts";
import type { Fd } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const LOCK = { shared: 1, exclusive: 2 } as const;
const NO_WAIT = 4;
const UNLOCK = 8;

export type LockKind = keyof typeof LOCK;

/** Waits for the lock. A lock of the other kind that `fd` holds is given up first, and others may come between. */
export function lockFile(fd: Fd, kind: LockKind): void {
  check(syscall(SYS.flock, fd.number, LOCK[kind]), "flock(2)", "lock a file");
}

/** False if somebody else holds it. */
export function tryLockFile(fd: Fd, kind: LockKind): boolean {
  const result = syscall(SYS.flock, fd.number, LOCK[kind] | NO_WAIT);
  if (result === -ERRNO.EAGAIN) return false;
  check(result, "flock(2)", "lock a file");
  return true;
}

/** For a descriptor that stays open. */
export function unlockFile(fd: Fd): void {
  check(syscall(SYS.flock, fd.number, UNLOCK), "flock(2)", "unlock a file");
}
