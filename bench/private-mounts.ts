/**
 * crun refuses a host with a hybrid cgroup mount (cgroup v1 plus a cgroup2 file system below it). There the bench re-executes
 * itself in its own mount namespace, without that mount. The host's mounts are never touched: propagation is made private first.
 *
 * A tmpfs in place of the mount takes the directories that some runtimes make there, and goes away with the namespace.
 */
import { readFileSync } from "node:fs";
import { BenchError } from "./bench-error.ts";
import { hybridCgroupMounts, parseMountinfo } from "./mounts.ts";

const MARK = "LAMINA_BENCH_PRIVATE_MOUNTS";
const HIDE_AND_EXECUTE = 'while [ "$1" != -- ]; do umount "$1" && mount -t tmpfs tmpfs "$1" || exit 1; shift; done; shift; exec "$@"';

/** Where cgroup2 was hidden for this process, or undefined. On a hybrid host the first call replaces the process and does not return. */
export function hideHybridCgroups(): string | undefined {
  const hidden = process.env[MARK];
  const hybrid = hybridCgroupMounts(parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8")));
  if (hybrid.length === 0) return hidden;
  if (hidden !== undefined) throw new BenchError(`cannot hide the cgroup2 mount ${hybrid.join(", ")}: it is mounted more than once`);

  const unshare = Bun.which("unshare");
  if (unshare === null || process.execve === undefined) throw new BenchError("cannot hide the cgroup2 mount: unshare(1) is not installed");
  const again = [process.execPath, ...process.argv.slice(1)];
  const argv = [unshare, "--mount", "--propagation", "private", "sh", "-c", HIDE_AND_EXECUTE, "sh", ...hybrid, "--", ...again];
  return process.execve(unshare, argv, { ...process.env, [MARK]: hybrid.join(" ") });
}
