/**
 * Mounts that the kernel has locked to each other. In a user namespace nobody can take away a mount that has come along with another one (`rbind`), and
 * look at what it covers; CRIU makes each of them by itself. mount_namespaces(7)
 */
import { refuseLocked } from "../../plan/criu/user-namespace.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { canCloneAlone, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import type { Mount } from "../facts/mount-table.ts";

/** `mounts` are those of process `pid`. Throws code "unsupported". */
export function requireNoneLocked(pid: number, mounts: readonly Mount[]): void {
  const parents = mounts.filter(({ id }) => mounts.some(({ parentId }) => parentId === id));
  using namespace = openFile(`/proc/${pid}/ns/mnt`, OPEN.read);
  const locked = whileInMountNamespace(namespace, () => parents.find(({ mountPoint }) => !canCloneAlone(mountPoint)));
  if (locked !== undefined) throw refuseLocked(locked.mountPoint);
}
