/**
 * CRIU and cgroups. It writes down each hierarchy from where a process is downwards, limits included, so those are left out where the container has no
 * cgroup of its own: at restore, all cgroups of the host would be made anew that have been there. And it is in those of the container that it restores:
 * what it makes is born there, and it finds the places of the processes by its own.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { CriuOptions } from "../../plan/criu/criu-message.ts";
import { errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { readText, tryWriteExisting } from "../../sys/file/file.ts";
import { parseCgroups } from "../facts/cgroup-facts.ts";

/** Hierarchies that only name groups, and cgroup2 beside v1, are for the sake of other tools. */
export function enterCgroups(paths: Readonly<Record<string, HostPath>>, pid: number): void {
  const isHybrid = Object.keys(paths).length > 1;
  for (const [name, path] of Object.entries(paths)) {
    const result = tryWriteExisting(`${path}/cgroup.procs`, String(pid));
    if (result >= 0 || name.startsWith("name=") || (isHybrid && name === "unified")) continue;
    throw new RuntimeError("kernel", `cannot move criu to the cgroup ${path}: ${strerror(-result)}`, {
      pointer: "/linux/cgroupsPath",
      call: "write(2)",
      errno: errnoName(-result),
    });
  }
}

/** Where the process is, by controller; "" on v2. */
export function readCgroupRoots(pid: number): NonNullable<CriuOptions["cgroupRoots"]> {
  return readCgroups(pid).flatMap(([controllers, path]) => controllers.split(",").map((controller) => ({ controller, path })));
}

/** Those of the hierarchies that hold a cgroup of the container's own, `paths`. */
export function ownHierarchies(paths: Readonly<Record<string, HostPath>>, pid: number): string[] {
  const hasOwn = (controllers: string): boolean =>
    (controllers === "" ? ["unified"] : controllers.split(",")).some((name) => Object.hasOwn(paths, name));
  return readCgroups(pid).flatMap(([controllers, path]) => (path !== "/" && hasOwn(controllers) ? [controllers] : []));
}

function readCgroups(pid: number): [controllers: string, path: string][] {
  return [...parseCgroups(readText(`/proc/${pid}/cgroup`))];
}
