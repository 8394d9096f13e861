/** Which cgroup hierarchies there are, where they are mounted, and where in them we are. cgroups(7), proc_pid_mountinfo(5). */
import { type HostPath, isWithin } from "../../base/paths.ts";
import type { CgroupFacts, CgroupHierarchy } from "../../plan/facts.ts";
import { isWritable, readText, readTextIfThere } from "../../sys/file.ts";
import { type Mount, readMounts } from "./mount-table.ts";

/** Options of a cgroup v1 super block that are no controllers. */
const NO_CONTROLLER = new Set([
  "rw",
  "ro",
  "xattr",
  "noprefix",
  "clone_children",
  "cpuset_v2_mode",
  "nodev",
  "nosuid",
  "noexec",
  "relatime",
]);

export function readCgroupFacts(rootless: boolean, mounts: readonly Mount[] = readMounts()): CgroupFacts {
  const own = parseOwnCgroups(readText("/proc/self/cgroup"));
  const seen = new Set<string>();
  const hierarchies: CgroupHierarchy[] = [];
  for (const mount of mounts) {
    if (mount.type !== "cgroup" && mount.type !== "cgroup2") continue;
    const controllers =
      mount.type === "cgroup2"
        ? []
        : mount.superOptions.filter((option) => !NO_CONTROLLER.has(option) && !option.startsWith("release_agent="));
    const key = controllers.join(",");
    const path = own.get(key);
    if (path === undefined || seen.has(key)) continue;
    seen.add(key);
    const ownPath = belowMount(path, mount.root);
    const isOurs = (directory: string): boolean => !mount.isReadonly && (!rootless || isWritable(directory));
    hierarchies.push({
      controllers,
      mountPoint: mount.mountPoint,
      ownPath,
      writable: isOurs(`${mount.mountPoint}${ownPath}`),
      ...(rootless ? { hasRoomBeside: isOurs(`${mount.mountPoint}${ownPath.slice(0, ownPath.lastIndexOf("/"))}`) } : {}),
    });
  }
  const unified = hierarchies.find(({ controllers }) => controllers.length === 0);
  const text = unified === undefined ? undefined : readTextIfThere(`${unified.mountPoint}/cgroup.controllers`);
  return { mode: modeOf(hierarchies), hierarchies, availableControllers: text?.split(/\s+/).filter(Boolean) ?? [], rootless };
}

function modeOf(hierarchies: readonly CgroupHierarchy[]): CgroupFacts["mode"] {
  const v1 = hierarchies.some(({ controllers }) => controllers.length > 0);
  const v2 = hierarchies.some(({ controllers }) => controllers.length === 0);
  if (v1) return v2 ? "hybrid" : "v1";
  return v2 ? "v2" : "none";
}

/** Controllers (sorted as in /proc/self/cgroup; empty for cgroup2) → our cgroup. */
function parseOwnCgroups(text: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of text.trimEnd().split("\n")) {
    const [, controllers = "", ...path] = line.split(":");
    own.set(controllers, path.join(":"));
  }
  return own;
}

/** A mount of a subtree (as in a container without a cgroup namespace) shows only what is below its root. */
function belowMount(path: string, root: HostPath): string {
  if (root === "/") return path;
  return isWithin(path, root) ? path.slice(root.length) || "/" : "/";
}
