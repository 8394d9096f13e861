/** Flags of seccomp(2). */
import { ERRNO } from "../call/errno.ts";
import { syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const SET_MODE_FILTER = 1;

/** Whether the kernel knows all of them: then it goes on to read the program, and there is none. */
export function knowsFilterFlags(flags: number): boolean {
  return syscall(SYS.seccomp, SET_MODE_FILTER, flags, null) === -ERRNO.EFAULT;
}
