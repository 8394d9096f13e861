/** What tells a container's own mounts from those that it has from the host. */
import type { Surroundings } from "../../plan/criu/external-mounts.ts";
import { readLink } from "../../sys/file/file.ts";
import { readMounts } from "../facts/mount-table.ts";

/** File systems that are mounted where we are. */
export function hostDevices(): ReadonlySet<string> {
  return new Set(readMounts().map(({ device }) => device));
}

/** `pid` is of a process of the container's. */
export function surroundingsOf(pid: number): Surroundings {
  return {
    hostDevices: hostDevices(),
    hasCgroupNamespace: readLink(`/proc/${pid}/ns/cgroup`) !== readLink("/proc/self/ns/cgroup"),
  };
}
