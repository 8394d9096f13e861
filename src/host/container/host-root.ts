/**
 * The root of a container that shares the host's mount namespace: a mount of its rootfs at the same place, on which all its
 * other mounts are. It is known again by the mount below it, which is written down before there is one.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { detachMount } from "../../sys/kernel/mount.ts";
import { mountOf, readMounts } from "../facts/mount-table.ts";

export interface HostRoot {
  readonly path: HostPath;
  /** Id of the mount that showed the path before. */
  readonly on: number;
}

export function readHostRoot(path: HostPath): HostRoot {
  return { path, on: mountOf(path, readMounts())?.id ?? 0 };
}

/** Idempotent. Throws if somebody has mounted over it, since that would go with it. */
export function removeHostRoot({ path, on }: HostRoot): void {
  const top = mountOf(path, readMounts());
  if (top?.mountPoint !== path || top.id === on) return;
  if (top.parentId === on) {
    detachMount(path);
    return;
  }
  throw new RuntimeError("state", `cannot unmount ${path}: there is another mount over that of the container`, {
    hint: `unmount it, and then once more: umount --recursive ${path}`,
  });
}
