/** Which cgroup hierarchies there are, where they are mounted, and where in them we are. cgroups(7), proc_pid_mountinfo(5). */
import { type HostPath, hostPath, isWithin } from "../../base/paths.ts";
import type { CgroupFacts, CgroupHierarchy } from "../../plan/facts.ts";
import { isWritable, readText, readTextIfThere } from "../../sys/file/file.ts";
import { readSystemdState } from "../systemd.ts";
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
  const own = parseCgroups(readText("/proc/self/cgroup"));
  const seen = new Set<string>();
  const hierarchies: CgroupHierarchy[] = [];
  for (const mount of mounts) {
    if (mount.type !== "cgroup" && mount.type !== "cgroup2") continue;
    const controllers =
      mount.type === "cgroup2"
        ? []
        : mount.superOptions.split(",").filter((option) => !NO_CONTROLLER.has(option) && !option.startsWith("release_agent="));
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
  return {
    mode: modeOf(hierarchies),
    hierarchies,
    availableControllers: unified === undefined ? [] : readControllers(unified.mountPoint),
    rootless,
  };
}

/** The same, of a host whose systemd is to make cgroups: throws code "unsupported" where there is none. */
export function readSystemdCgroupFacts(rootless: boolean, mounts: readonly Mount[] = readMounts()): CgroupFacts {
  const manager = rootless ? "user" : "system";
  const { version, controlGroup } = readSystemdState(manager);
  const facts = readCgroupFacts(rootless, mounts);
  const paths = parseCgroups(readText("/proc/1/cgroup")); // on v1 the machine's is asked, in whose cgroups process 1 is
  const hierarchies = facts.hierarchies.map((hierarchy): CgroupHierarchy => {
    const { controllers, mountPoint } = hierarchy;
    const path = facts.mode === "v2" ? controlGroup : withoutScope(paths.get(controllers.join(",")) ?? "/");
    const root = mounts.findLast((mount) => mount.mountPoint === mountPoint)?.root ?? hostPath("/");
    return { ...hierarchy, managerPath: belowMount(path, root) };
  });
  const unified = hierarchies.find(({ controllers }) => controllers.length === 0);
  const availableControllers = unified === undefined ? [] : readControllers(`${unified.mountPoint}${unified.managerPath ?? ""}`);
  const drivers = readTextIfThere("/proc/devices") ?? "";
  return { ...facts, hierarchies, availableControllers, systemd: { manager, version, drivers } };
}

/** systemd itself is in one of the cgroups that it has made. */
function withoutScope(path: string): string {
  return path.replace(/\/init\.scope$/, "") || "/";
}

function readControllers(directory: string): string[] {
  return readTextIfThere(`${directory}/cgroup.controllers`)?.split(/\s+/).filter(Boolean) ?? [];
}

function modeOf(hierarchies: readonly CgroupHierarchy[]): CgroupFacts["mode"] {
  const v1 = hierarchies.some(({ controllers }) => controllers.length > 0);
  const v2 = hierarchies.some(({ controllers }) => controllers.length === 0);
  if (v1) return v2 ? "hybrid" : "v1";
  return v2 ? "v2" : "none";
}

/** Controllers (sorted as in /proc/self/cgroup; empty for cgroup2) → the cgroup, of /proc/PID/cgroup. */
export function parseCgroups(text: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of text.trimEnd().split("\n")) {
    const first = line.indexOf(":");
    const second = line.indexOf(":", first + 1);
    own.set(line.slice(first + 1, second), line.slice(second + 1));
  }
  return own;
}

/** A mount of a subtree (as in a container without a cgroup namespace) shows only what is below its root. */
function belowMount(path: string, root: HostPath): string {
  if (root === "/") return path;
  return isWithin(path, root) ? path.slice(root.length) || "/" : "/";
}
