/** CRIU in the cgroups of the container that it restores: what it makes is born there, and it finds the places of the processes by its own. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { CriuOptions } from "../../plan/criu/criu-message.ts";
import { errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/libc.ts";
import { readText, tryWriteExisting } from "../../sys/file/file.ts";

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

/** Where the process is, by controller; "" on v2. cgroups(7), /proc/PID/cgroup */
export function readCgroupRoots(pid: number): NonNullable<CriuOptions["cgroupRoots"]> {
  return readText(`/proc/${pid}/cgroup`)
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      return controllers.split(",").map((controller) => ({ controller, path }));
    });
}
