/** A mount of type cgroup: what the container sees of its cgroups, on v1, v2 and the mixture. Pure. */
import type { GuestPath } from "../base/paths.ts";
import { guestPath, hostPath } from "../base/paths.ts";
import { MOUNT_ATTRIBUTES as ATTR } from "./kernel-flags.ts";
import type { MountOptions } from "./mount-options.ts";
import { type MountContext, planAttributes } from "./mounts.ts";
import { isolates } from "./namespaces.ts";
import type { InitStep, Planned } from "./step.ts";

export interface CgroupMount {
  readonly target: GuestPath;
  readonly origin: string;
  readonly options: MountOptions;
  readonly context: MountContext;
}

const SLOT = 13;
const SAFE = ATTR.MOUNT_ATTR_NOSUID | ATTR.MOUNT_ATTR_NODEV | ATTR.MOUNT_ATTR_NOEXEC;

export function planCgroupMount(mount: CgroupMount): Planned<InitStep>[] {
  return mount.context.facts.cgroup.mode === "v2" ? planUnified(mount) : planHierarchies(mount);
}

/** v2: the file system itself shows a cgroup namespace; who may not mount it (or has none) gets the container's directory. */
function planUnified({ target, origin, options, context }: CgroupMount): Planned<InitStep>[] {
  const path = context.cgroupPaths.unified ?? hostPath("/sys/fs/cgroup");
  const bind: Planned<InitStep>[] = [
    { origin, step: { op: "openTree", slot: SLOT, source: path, recursive: true } },
    { origin, step: { op: "mountAttributes", slot: SLOT, set: SAFE | options.set, clear: 0n, propagation: 0n, recursive: true } },
  ];
  const attach: Planned<InitStep> = { origin, step: { op: "attach", slot: SLOT, target, guard: 0 } };
  if (!isolates(context.namespaces, "cgroup")) return [...bind, ...planAttributes(SLOT, options, origin), attach];
  const make: Planned<InitStep> = {
    origin,
    onFailure: "else",
    step: { op: "newFilesystem", slot: SLOT, type: "cgroup2", source: "cgroup", options: options.data, attributes: SAFE | options.set },
  };
  const [open, attributes] = bind;
  return [make, ...(open ? [open] : []), ...(attributes ? [attributes] : []), ...planAttributes(SLOT, options, origin), attach];
}

/** v1: a tmpfs with one directory for each hierarchy, and links for controllers that share one. */
function planHierarchies({ target, origin, options, context }: CgroupMount): Planned<InitStep>[] {
  const isReadonly = (options.set & ATTR.MOUNT_ATTR_RDONLY) !== 0n;
  const isNamespaced = isolates(context.namespaces, "cgroup");
  const steps: Planned<InitStep>[] = [
    { origin, step: { op: "newFilesystem", slot: SLOT, type: "tmpfs", source: "tmpfs", options: ["mode=755"], attributes: SAFE } },
    ...planAttributes(SLOT, options, origin),
    { origin, step: { op: "attach", slot: SLOT, target, guard: 0 } },
  ];
  for (const { controllers, mountPoint, ownPath } of context.facts.cgroup.hierarchies) {
    if (controllers.length === 0) continue;
    const name = mountPoint.slice(mountPoint.lastIndexOf("/") + 1);
    const set = SAFE | (isReadonly ? ATTR.MOUNT_ATTR_RDONLY : 0n);
    const path = context.cgroupPaths[controllers[0] ?? ""] ?? hostPath(`${mountPoint}/${ownPath}`);
    if (isNamespaced) {
      steps.push({
        origin,
        step: { op: "newFilesystem", slot: SLOT, type: "cgroup", source: "cgroup", options: [...controllers], attributes: set },
      });
    } else {
      steps.push({ origin, step: { op: "openTree", slot: SLOT, source: path, recursive: true } });
      steps.push({ origin, step: { op: "mountAttributes", slot: SLOT, set, clear: 0n, propagation: 0n, recursive: true } });
    }
    steps.push({ origin, step: { op: "attach", slot: SLOT, target: guestPath(`${target}/${name}`), guard: 0 } });
    steps.push(...planLinks(target, name, controllers, origin));
  }
  if (isReadonly) {
    steps.push({ origin, step: { op: "remount", target, options: [], set: ATTR.MOUNT_ATTR_RDONLY, clear: 0n, superblock: false } });
  }
  return steps;
}

function planLinks(target: GuestPath, name: string, controllers: readonly string[], origin: string): Planned<InitStep>[] {
  if (controllers.length < 2) return [];
  return controllers.map((controller) => ({ origin, step: { op: "symlink", target: name, path: guestPath(`${target}/${controller}`) } }));
}
