/**
 * Mounts that the kernel has locked to each other. In a user namespace nobody can take away a mount that has come along with another one (`rbind`), and
 * look at what it covers; CRIU makes each of them by itself. mount_namespaces(7)
 */
import { mayWait, type Surroundings } from "../../plan/criu/external-mounts.ts";
import { refuseHidden, refuseLocked } from "../../plan/criu/user-namespace.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { hasLockedMounts, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import type { Mount } from "../facts/mount-table.ts";
import { openNamed } from "./named-mounts.ts";

/** `mounts` are those of process `pid`. Throws code "unsupported". */
export function requireNoneLocked(pid: number, mounts: readonly Mount[], surroundings: Surroundings): void {
  const carriers = new Set(mounts.map(({ parentId }) => parentId));
  using stack = new DisposableStack();
  const namespace = stack.use(openFile(`/proc/${pid}/ns/mnt`, OPEN.read));
  const parents = openNamed(
    namespace,
    mounts.filter(({ id }) => carriers.has(id)),
    { stack, isCached: mayWait(mounts, surroundings) },
  );
  const hidden = parents.find(({ file }) => file === undefined);
  if (hidden !== undefined) throw refuseHidden(hidden.mount.mountPoint);
  const locked = whileInMountNamespace(namespace, () => parents.find(({ file }) => file !== undefined && hasLockedMounts(file)));
  if (locked !== undefined) throw refuseLocked(locked.mount.mountPoint);
}
