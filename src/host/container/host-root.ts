/**
 * The root of a container without a mount namespace: a mount of its rootfs at the same place. All its other mounts are on it. It is known
 * again by its id, which is written down before it is put there.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { RecordedRoot } from "../../state/record.ts";
import { detachMount } from "../../sys/kernel/mount.ts";
import { type Mount, mountOf, readMounts } from "../facts/mount-table.ts";

/** Idempotent. Throws if somebody has mounted over it, since that would go with it. */
export function removeHostRoot(root: RecordedRoot): void {
  const { path } = root;
  const mounts = readMounts().filter(({ mountPoint }) => mountPoint === path);
  const isOurs = ({ id, parentId }: Mount): boolean => ("mount" in root ? id === root.mount : parentId === root.on && id !== root.on);
  if (!mounts.some(isOurs)) return;
  const top = mountOf(path, mounts);
  if (top !== undefined && isOurs(top)) {
    detachMount(path);
    return;
  }
  throw new RuntimeError("state", `cannot unmount ${path}: there is another mount over that of the container`, {
    hint: `unmount it, and then once more: umount --recursive ${path}`,
  });
}
