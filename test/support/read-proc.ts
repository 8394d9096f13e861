/** Files of processes, which may end at any moment, also between a look whether they are there and the reading. */
import { readFileSync } from "node:fs";

/** "" for a process that has ended. `file` is below its directory in procfs. */
export function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}

/**
 * ESRCH and ENOENT: it ended meanwhile. EINVAL: a zombie's mounts. EACCES and EPERM: somebody else's, when we are not root. ENAMETOOLONG:
 * cgroups that another test has nested more deeply than a path can express.
 */
const GONE = ["ENOENT", "ESRCH", "EINVAL", "EACCES", "EPERM", "ENODEV", "ENAMETOOLONG"];

export function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && GONE.includes(String(error.code));
}
