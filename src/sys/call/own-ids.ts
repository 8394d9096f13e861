/** Who this process is. credentials(7) */
import { syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

export function effectiveUid(): number {
  return syscall(SYS.geteuid);
}

export function effectiveGid(): number {
  return syscall(SYS.getegid);
}

export function ownPid(): number {
  return syscall(SYS.getpid);
}

export function parentPid(): number {
  return syscall(SYS.getppid);
}
