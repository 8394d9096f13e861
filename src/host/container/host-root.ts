/**
 * The root of a container without a mount namespace: a mount of its rootfs at the same place. All its other mounts are on it. It is known
 * again by the mount below it, which is written down before there is one.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { RecordedRoot } from "../../state/record.ts";
import { detachMount } from "../../sys/kernel/mount.ts";
import { mountOf, readMounts } from "../facts/mount-table.ts";

export function readHostRoot(path: HostPath): RecordedRoot {
  return { path, on: mountOf(path, readMounts())?.id ?? 0 };
}

/** Idempotent. Throws if somebody has mounted over it, since that would go with it. */
export function removeHostRoot({ path, on }: RecordedRoot): void {
  const top = mountOf(path, readMounts());
  if (top?.mountPoint !== path || top.id === on) return;
  if (top.parentId !== on) {
    throw new RuntimeError("state", `cannot unmount ${path}: there is another mount over that of the container`, {
      hint: `unmount it, and then once more: umount --recursive ${path}`,
    });
  }
  detachMount(path);
}
