/** The host's half of cgroups: carries out cgroup steps, and undoes them. cgroups(7). */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { isFrozen } from "../../state/status.ts";
import { ERRNO, errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { check, kernelError } from "../../sys/call/libc.ts";
import { makeDirectories, readTextIfThere, tryChown, tryWriteExisting } from "../../sys/file/file.ts";
import { pause } from "../../sys/process/poll.ts";
import { readMembers, tryRemoveCgroup, writeToAll } from "./cgroup-tree.ts";

export function makeCgroup(path: HostPath, origin: string): void {
  try {
    makeDirectories(path, 0o755);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new RuntimeError(error.code, error.message, {
      ...error.detail,
      ...(origin === "" ? {} : { pointer: origin }),
      ...(error.detail.errno === "EACCES" ? { hint: "a user may make cgroups only in those that were delegated to him" } : {}),
    });
  }
}

/** Throws with the kernel's answer and what was asked for, since that says more than the file. */
export function writeCgroup(file: HostPath, text: string, origin: string): void {
  const result = tryWriteExisting(file, text);
  if (result === 0) return;
  throw new RuntimeError("kernel", `cannot write ${JSON.stringify(text)} to ${file}: ${strerror(-result)}`, {
    pointer: origin,
    call: "write(2)",
    errno: errnoName(-result),
    ...(result === -ERRNO.ENOENT ? { hint: NO_FILE } : {}),
    ...(result === -ERRNO.EINVAL ? invalidHint(file) : {}),
  });
}

const REALTIME = "/cpu.rt_runtime_us";
const TIMES = "a period is from 1000 to 1000000 microseconds; a quota is at least 1000, and no less than the burst";
const IDLE = "an idle cgroup takes no shares: cpu.idle of 0 comes first, and may be given together with them";
/** Why the kernel finds a number invalid, by the name of the file. */
const INVALID_HINTS: Readonly<Record<string, string>> = {
  "cpu.rt_runtime_us":
    "a cgroup above has less realtime, or all of it has been given to others: see its cpu.rt_runtime_us and cpu.rt_period_us",
  "cpu.cfs_quota_us": `${TIMES}; a cgroup above may have a smaller share of time`,
  "cpu.cfs_period_us": TIMES,
  "cpu.max": TIMES,
  "cpu.cfs_burst_us": "a burst is no more than the quota",
  "cpu.max.burst": "a burst is no more than the quota",
  "cpu.shares": IDLE,
  "cpu.weight": IDLE,
};

function invalidHint(file: HostPath): { readonly hint?: string } {
  const hint = INVALID_HINTS[file.slice(file.lastIndexOf("/") + 1)];
  return hint === undefined ? {} : { hint };
}

const NO_FILE =
  "this kernel or hierarchy does not have that control file; or, on cgroup v2, a cgroup above holds processes of its own, and so cannot limit what is below it";

/**
 * All at once, which the kernel takes or leaves whole; then one by one, for one that is missing must not keep out the
 * others. But not where the cgroup's own processes are in the way: what would still work there makes the cgroup threaded.
 */
export function enableControllers(directory: HostPath, controllers: readonly string[]): void {
  const tryEnable = (some: readonly string[]): number =>
    tryWriteExisting(`${directory}/cgroup.subtree_control`, some.map((one) => `+${one}`).join(" "));
  if (tryEnable(controllers) === 0) return;
  for (const controller of controllers) {
    const result = tryEnable([controller]);
    if (result < 0 && result !== -ERRNO.ENOENT && result !== -ERRNO.EINVAL) return;
  }
}

/** cgroups(7); what the runtime-spec names where the kernel does not say (before Linux 4.15). */
const DELEGATED = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads";

/** Not every cgroup has all of the files: a root's has no memory.oom.group, for one. */
export function chownCgroup(path: HostPath, uid: number): void {
  check(tryChown(path, uid), "fchownat(2)", `give cgroup ${path} to uid ${uid}`);
  const names = (readTextIfThere("/sys/kernel/cgroup/delegate") ?? DELEGATED).split("\n").filter((name) => name !== "");
  for (const name of names) {
    const result = tryChown(`${path}/${name}`, uid);
    if (result !== -ERRNO.ENOENT) check(result, "fchownat(2)", `give ${path}/${name} to uid ${uid}`);
  }
}

/** cpuset files of a new v1 cgroup are empty, and nothing may enter it until they are not: they become what the parent has. Returns that. */
export function inheritCgroup(directory: HostPath, file: string): string {
  const own = readTextIfThere(`${directory}/${file}`)?.trim();
  if (own !== "") return own ?? "";
  const text = inheritCgroup(directory.slice(0, directory.lastIndexOf("/")) as HostPath, file);
  check(tryWriteExisting(`${directory}/${file}`, text), "write(2)", `write ${JSON.stringify(text)} to ${directory}/${file}`);
  return text;
}

/** A cgroup that has some is its owner's business: whether that suffices the kernel tells when the container gets its own. */
export function passRealtime(
  { directory, period, runtime }: { readonly directory: HostPath; readonly period: string; readonly runtime: string },
  origin: string,
): void {
  if (readTextIfThere(`${directory}${REALTIME}`)?.trim() !== "0") return;
  if (period !== "") writeCgroup(`${directory}/cpu.rt_period_us` as HostPath, period, origin);
  writeCgroup(`${directory}${REALTIME}` as HostPath, runtime, origin);
}

/**
 * Who kills a container kills what is in its cgroup, so nothing may be there before it. And in a frozen one, init would
 * never come to its end. Nothing has been done yet when this throws, in runc's words.
 */
export function requireUnusedCgroups(paths: Readonly<Record<string, HostPath>>): void {
  for (const path of new Set(Object.values(paths))) {
    const found = readMembers(path).count;
    if (found > 0) {
      throw new RuntimeError("state", `container's cgroup is not empty: ${found} process(es) found`, {
        pointer: "/linux/cgroupsPath",
        hint: `they are in ${path}: name a cgroup that only this container uses`,
      });
    }
  }
  if (!isFrozen(paths)) return;
  throw new RuntimeError("state", "container's cgroup unexpectedly frozen", {
    pointer: "/linux/cgroupsPath",
    hint: `thaw it, or name another one: ${paths.freezer ?? paths.unified}`,
  });
}

/** The directory that lists a container's processes: one of v1 if there is any, since beside those cgroup2 may stay empty. */
export function processCgroup(paths: Readonly<Record<string, HostPath>>): HostPath | undefined {
  return paths.devices ?? paths.freezer ?? paths.pids ?? Object.values(paths)[0];
}

/** Stops what it holds, which takes a moment: `isFrozen` tells when it has. On a host with both kinds v1 has the freezer. */
export function freezeCgroups(paths: Readonly<Record<string, HostPath>>): void {
  const [file, text] = freezerOf(paths);
  check(tryWriteExisting(file, text), "write(2)", `write ${text} to ${file}`);
}

function freezerOf({ freezer, unified }: Readonly<Record<string, HostPath>>): [file: string, text: string] {
  return freezer !== undefined ? [`${freezer}/freezer.state`, "FROZEN"] : [`${unified}/cgroup.freeze`, "1"];
}

const LONGEST_FREEZE = 50; // times a millisecond

/** Stops what it holds, as far as that is possible in a moment; false if it is not possible at all. */
export function tryFreezeCgroups(paths: Readonly<Record<string, HostPath>>): boolean {
  const [file, text] = freezerOf(paths);
  if (tryWriteExisting(file, text) < 0) return false;
  for (let turn = 0; turn < LONGEST_FREEZE && !isFrozen(paths); turn++) pause(1);
  return true;
}

/** Lets what it holds go on. What is not there or not ours stays as it is. */
export function thawCgroups(paths: Readonly<Record<string, HostPath>>): void {
  if (paths.freezer !== undefined) tryWriteExisting(`${paths.freezer}/freezer.state`, "THAWED");
  if (paths.unified !== undefined) tryWriteExisting(`${paths.unified}/cgroup.freeze`, "0");
}

/** As `thawCgroups`, also what the container has frozen by itself: on v1 nothing frozen can be killed. */
export function thawForKill(paths: Readonly<Record<string, HostPath>>): void {
  thawCgroups(paths);
  if (paths.freezer !== undefined) writeToAll(paths.freezer, "freezer.state", "THAWED");
}

const PAUSES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]; // milliseconds; about 2 s in all

/** False if processes are still in them after a while: a killed one needs a moment to be gone. */
export function awaitEmptyCgroups(paths: Readonly<Record<string, HostPath>>): boolean {
  const isEmpty = (): boolean => [...new Set(Object.values(paths))].every((path) => readMembers(path).count === 0);
  for (const milliseconds of PAUSES) {
    if (isEmpty()) return true;
    pause(milliseconds);
  }
  return isEmpty();
}

/**
 * Removes a container's cgroups with those that it made below. The kernel says EBUSY for a moment after the last process
 * ended. Idempotent.
 */
export function removeCgroups(paths: Readonly<Record<string, HostPath>>): void {
  for (const path of new Set(Object.values(paths))) {
    let result = tryRemoveCgroup(path);
    for (const milliseconds of PAUSES) {
      if (result !== -ERRNO.EBUSY) break;
      pause(milliseconds);
      result = tryRemoveCgroup(path);
    }
    if (result < 0) throw kernelError(-result, "rmdir(2)", `remove the cgroup ${path}`);
  }
}
