/**
 * Which of a container's mounts CRIU cannot make again by itself: what comes from the host. It is told of each by its mount point, and
 * when it restores, from where that is mounted. Pure.
 */
import { RuntimeError } from "../../base/errors.ts";
import { isWithin } from "../../base/paths.ts";

/** A line of /proc/PID/mountinfo. proc_pid_mountinfo(5) */
export interface SeenMount {
  /** The directory of the file system that is mounted. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  /** `major:minor` */
  readonly device: string;
  /** As words with commas between them. */
  readonly flags: string;
}

export interface Surroundings {
  /** File systems that are mounted on the host too. */
  readonly hostDevices: ReadonlySet<string>;
  /** Without one, a mount of cgroups is a bind of the container's own. */
  readonly hasCgroupNamespace: boolean;
}

/** File systems that show what a namespace has: mounted anew they are the same, and of two mounts one may have the other's device. */
const VIEWS: ReadonlySet<string> = new Set(["proc", "sysfs", "mqueue"]);
const CGROUPS: ReadonlySet<string> = new Set(["cgroup", "cgroup2"]);
/** CRIU writes down what is in them. */
const CONTAINERS_OWN: ReadonlySet<string> = new Set(["tmpfs", "devpts"]);

/** Whether looking up a name could have to wait for the container: its own file systems may be served by its processes. `mounts` are its own, its root first. */
export function mayWait([top, ...mounts]: readonly SeenMount[], { hostDevices }: Pick<Surroundings, "hostDevices">): boolean {
  const isOwn = (device: string): boolean => !hostDevices.has(device) && device !== top?.device;
  return mounts.some(({ type, device }) => isOwn(device) && ![VIEWS, CGROUPS, CONTAINERS_OWN].some((known) => known.has(type)));
}

/** Mount points, in the order of the mounts. `mounts` are all of the container's, its root first. Throws code "unsupported" for what CRIU would mix up. */
export function findExternalMounts(mounts: readonly SeenMount[], surroundings: Surroundings): string[] {
  const [top, ...others] = mounts;
  const whole = new Set(others.filter((mount) => isMadeAnew(mount, surroundings)));
  const sources = Map.groupBy(top === undefined ? whole : [top, ...whole], ({ device }) => device);
  const isPartOfOne = (mount: SeenMount): boolean => (sources.get(mount.device) ?? []).some(({ root }) => isWithin(mount.root, root));
  const external = others.filter((mount) => !whole.has(mount) && !isPartOfOne(mount)).map(({ mountPoint }) => mountPoint);
  const stacks = Map.groupBy(others, ({ mountPoint }) => mountPoint);
  for (const path of external) requireClear(path, stacks.get(path) ?? []);
  return external;
}

function isMadeAnew({ type, root, device }: SeenMount, { hostDevices, hasCgroupNamespace }: Surroundings): boolean {
  if (CGROUPS.has(type)) return hasCgroupNamespace || root === "/";
  if (root !== "/") return false;
  return VIEWS.has(type) || (CONTAINERS_OWN.has(type) && !hostDevices.has(device));
}

/** CRIU keeps what it is told as `mnt[MOUNT POINT]:NAME`, and looks for the first of them that begins like it. */
function requireClear(path: string, stack: readonly SeenMount[]): void {
  const refuse = (reason: string, hint: string): RuntimeError =>
    new RuntimeError("unsupported", `cannot tell CRIU of the mount on ${JSON.stringify(path)}: ${reason}`, { hint });
  if (path.includes("]")) throw refuse('it would take the "]" for the end of the name', "mount it at another place");
  if (stack.length > 1) {
    throw refuse("there are several mounts on it, one over the other", "only one of them can be told by its name");
  }
}
