/**
 * Who owns the container's cgroup (runtime-spec, config-linux.md, Cgroup ownership): a program that finds its own cgroup
 * writable, as systemd requires, can subdivide it. Pure.
 */
import type { Spec } from "../../spec/types.ts";
import { attributesOfNew } from "../mounts/mount-attributes.ts";
import type { MountEntry } from "../mounts/mount-entry.ts";
import { hostId } from "../namespaces/id-maps.ts";
import { isolates, type Namespaces } from "../namespaces/namespaces.ts";
import { MOUNT_ATTRIBUTES } from "../steps/kernel-flags.ts";

export interface CgroupOwner {
  /** A host uid. */
  readonly uid: number;
  readonly origin: string;
}

export interface CgroupUser {
  readonly spec: Spec;
  readonly mounts: readonly MountEntry[];
  readonly namespaces: Namespaces;
}

/** Undefined if the cgroup stays with `maker`, the uid that creates it. */
export function planCgroupOwner({ spec, mounts, namespaces }: CgroupUser, maker: number): CgroupOwner | undefined {
  const mount = mounts.find(isWritableCgroup);
  if (mount === undefined || !namespaces.created.has("cgroup")) return undefined;
  const inside = spec.process?.user?.uid ?? 0;
  const uid = isolates(namespaces, "user") ? hostId(inside, spec.linux?.uidMappings ?? []) : inside;
  return uid === undefined || uid === maker ? undefined : { uid, origin: mount.origin };
}

function isWritableCgroup({ source, target, type, options }: MountEntry): boolean {
  const isCgroup = source === "cgroup" && (type === "cgroup" || type === "cgroup2");
  if (!isCgroup || target !== "/sys/fs/cgroup") return false;
  return (attributesOfNew(options) & MOUNT_ATTRIBUTES.MOUNT_ATTR_RDONLY) === 0n;
}
