/** What native init has mounted, so that CRIU can clone it. */
import { isWithin } from "../../base/paths.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { makePrivate, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import type { Mount } from "../facts/mount-table.ts";

/** Nobody can clone a mount that is unbindable. The restored one is again: CRIU has written down that it was. `mounts` are those of the namespace. */
export function makeBindable(namespace: Fd, mounts: readonly Mount[], rootfs: string): void {
  const below = mounts.filter(({ mountPoint }) => isWithin(mountPoint, rootfs));
  const tied = new Set(below.filter(({ isTied }) => isTied).map(({ mountPoint }) => mountPoint));
  const others = new Set(below.map(({ mountPoint }) => mountPoint).filter((path) => !tied.has(path)));
  whileInMountNamespace(namespace, () => {
    for (const path of others) makePrivate(path);
  });
}
