/**
 * Who owns the container's cgroup (runtime-spec, config-linux.md, Cgroup ownership): a program that finds its own cgroup
 * writable, as systemd requires, can subdivide it. Pure.
 */
import { guestPath } from "../../base/paths.ts";
import type { Mount, Spec } from "../../spec/types.ts";
import { attributesOfNew } from "../mounts/mount-attributes.ts";
import { parseMountOptions } from "../mounts/mount-options.ts";
import { hostId } from "../namespaces/id-maps.ts";
import { isolates, type Namespaces } from "../namespaces/namespaces.ts";
import { MOUNT_ATTRIBUTES } from "../steps/kernel-flags.ts";

export interface CgroupOwner {
  /** A host uid. */
  readonly uid: number;
  readonly origin: string;
}

/** Undefined if the cgroup stays with `maker`, the uid that creates it. */
export function planCgroupOwner(spec: Spec, namespaces: Namespaces, maker: number): CgroupOwner | undefined {
  const index = (spec.mounts ?? []).findIndex(isWritableCgroup);
  if (index < 0 || !namespaces.created.has("cgroup")) return undefined;
  const inside = spec.process?.user?.uid ?? 0;
  const uid = isolates(namespaces, "user") ? hostId(inside, spec.linux?.uidMappings ?? []) : inside;
  return uid === undefined || uid === maker ? undefined : { uid, origin: `/mounts/${index}` };
}

function isWritableCgroup({ source, destination, type = "", options = [] }: Mount): boolean {
  const isCgroup = source === "cgroup" && (type === "cgroup" || type === "cgroup2");
  if (!isCgroup || guestPath(destination) !== "/sys/fs/cgroup") return false;
  return (attributesOfNew(parseMountOptions(options)) & MOUNT_ATTRIBUTES.MOUNT_ATTR_RDONLY) === 0n;
}
