/** Open files that are in no file system (anon_inode). */
import type { Fd } from "../call/fd.ts";
import { readLink } from "./file.ts";

/** What the kernel calls it, as in /proc/self/fd: "fscontext", "seccomp notify"; undefined for any other file. */
export function kindOfAnonymous(fd: Fd): string | undefined {
  return /^anon_inode:\[?([^\]]*)\]?$/.exec(readLink(`/proc/self/fd/${fd.number}`) ?? "")?.[1];
}
