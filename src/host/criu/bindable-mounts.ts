/** What native init has mounted, so that CRIU can clone it. */
import { isWithin } from "../../base/paths.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { makePrivate, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import { type Mount, readMounts } from "../facts/mount-table.ts";

/** All mounts of the process. Nobody can clone one that is unbindable, as none is then. The restored one is again: CRIU has written down that it was. */
export function readBindable(pid: number, namespace: Fd, rootfs: string): Mount[] {
  const mounts = readMounts(pid);
  const below = mounts.filter(({ mountPoint }) => isWithin(mountPoint, rootfs));
  const tied = new Set(below.filter(({ isTied }) => isTied).map(({ mountPoint }) => mountPoint));
  const others = new Set(below.map(({ mountPoint }) => mountPoint).filter((path) => !tied.has(path)));
  whileInMountNamespace(namespace, () => {
    for (const path of others) makePrivate(path);
  });
  return mounts;
}
