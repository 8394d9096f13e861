/** A mount of type cgroup: what the container sees of its cgroups, on v1, v2 and hybrid hosts. Pure. */
import { append } from "../../base/append.ts";
import { type GuestPath, guestPath, type HostPath, hostPath } from "../../base/paths.ts";
import type { CgroupHierarchy } from "../facts.ts";
import { isolates } from "../namespaces/namespaces.ts";
import { contextOption } from "../process/labels.ts";
import { MOUNT_ATTRIBUTES as ATTR } from "../steps/kernel-flags.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { attributesOfNew, planPropagation } from "./mount-attributes.ts";
import type { MountContext, MountEntry } from "./mount-entry.ts";

export interface CgroupMount extends Pick<MountEntry, "target" | "options" | "origin"> {
  /** `cgroup` is whatever the host has; `cgroup2` is the unified hierarchy, even beside v1 ones. */
  readonly type: "cgroup" | "cgroup2";
  readonly context: MountContext;
}

const SAFE = ATTR.MOUNT_ATTR_NOSUID | ATTR.MOUNT_ATTR_NODEV | ATTR.MOUNT_ATTR_NOEXEC;

export function planCgroupMount(mount: CgroupMount): Planned<InitStep>[] {
  return mount.type === "cgroup2" || mount.context.facts.cgroup.mode === "v2" ? planUnified(mount) : planHierarchies(mount);
}

/** v2: the file system itself shows the cgroup namespace; without one, or the right to mount it, the container's directory is bound. */
function planUnified({ target, origin, options, context }: CgroupMount): Planned<InitStep>[] {
  const hierarchy = context.facts.cgroup.hierarchies.find(({ controllers }) => controllers.length === 0);
  const set = SAFE | attributesOfNew(options);
  const make: Planned<InitStep> = {
    origin,
    step: { op: "newFilesystem", slot: SLOT.cgroupMount, type: "cgroup2", source: "cgroup", options: options.data, attributes: set },
  };
  const bind = hierarchy === undefined ? [] : planDirectory({ hierarchy, path: context.cgroupPaths.unified, set, origin, context });
  const isNamespaced = isolates(context.namespaces, "cgroup");
  return [
    ...(isNamespaced || hierarchy === undefined ? [bind.length === 0 ? make : ({ ...make, onFailure: "else" } as const)] : []),
    ...bind,
    ...planPropagation(SLOT.cgroupMount, options, origin),
    { origin, step: { op: "attach", slot: SLOT.cgroupMount, target, guard: 0 } },
  ];
}

interface Directory {
  readonly hierarchy: CgroupHierarchy;
  /** The container's own. */
  readonly path: HostPath | undefined;
  readonly set: bigint;
  readonly origin: string;
  readonly context: CgroupMount["context"];
}

/**
 * A container without a cgroup of its own sees the runtime's, read-only. So does a rootless container without a cgroup
 * namespace: all files there belong to the user, so it could lift its own limits (CVE-2023-25809).
 */
function planDirectory({ hierarchy, path, set, origin, context }: Directory): Planned<InitStep>[] {
  const source = path ?? hostPath(`${hierarchy.mountPoint}/${hierarchy.ownPath}`);
  const isOpen = context.facts.rootless && !isolates(context.namespaces, "cgroup");
  const attributes = path === undefined || isOpen ? set | ATTR.MOUNT_ATTR_RDONLY : set;
  return [
    { origin, step: { op: "openTree", slot: SLOT.cgroupMount, source, recursive: true } },
    { origin, step: { op: "mountAttributes", slot: SLOT.cgroupMount, set: attributes, clear: 0n, propagation: 0n, recursive: true } },
  ];
}

/** v1: a tmpfs with one directory per hierarchy, and links for controllers that share one. */
function planHierarchies({ target, origin, options, context }: CgroupMount): Planned<InitStep>[] {
  const isReadonly = (attributesOfNew(options) & ATTR.MOUNT_ATTR_RDONLY) !== 0n;
  const isNamespaced = isolates(context.namespaces, "cgroup");
  const set = SAFE | (isReadonly ? ATTR.MOUNT_ATTR_RDONLY : 0n);
  const steps: Planned<InitStep>[] = [
    {
      origin,
      step: {
        op: "newFilesystem",
        slot: SLOT.cgroupMount,
        type: "tmpfs",
        source: "tmpfs",
        options: ["mode=755", ...contextOption(context.spec, "tmpfs")],
        attributes: SAFE,
      },
    },
    ...planPropagation(SLOT.cgroupMount, options, origin),
    { origin, step: { op: "attach", slot: SLOT.cgroupMount, target, guard: 0 } },
  ];
  for (const hierarchy of context.facts.cgroup.hierarchies) {
    const { controllers, mountPoint } = hierarchy;
    if (controllers.length === 0) continue;
    const name = mountPoint.slice(mountPoint.lastIndexOf("/") + 1);
    const path = context.cgroupPaths[controllers[0] ?? ""];
    if (isNamespaced) {
      steps.push({
        origin,
        step: { op: "newFilesystem", slot: SLOT.cgroupMount, type: "cgroup", source: "cgroup", options: [...controllers], attributes: set },
      });
    } else {
      append(steps, planDirectory({ hierarchy, path, set, origin, context }));
    }
    append(steps, planPropagation(SLOT.cgroupMount, options, origin));
    steps.push({ origin, step: { op: "attach", slot: SLOT.cgroupMount, target: guestPath(`${target}/${name}`), guard: 0 } });
    append(steps, planLinks(target, name, controllers, origin));
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
