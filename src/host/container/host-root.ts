/**
 * The root of a container that shares a mount namespace with others: the host's, where it is a mount of its rootfs at the same place, or one given
 * by path, where it is over that one's root. All its other mounts are on it. It is known again by the mount below it, which is written down
 * before there is one.
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { RecordedRoot } from "../../state/record.ts";
import { detachMount, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import { mountOf, readMounts } from "../facts/mount-table.ts";
import { nameOf, openMountNamespace, readRootOf } from "../facts/named-mounts.ts";

export function readHostRoot(path: HostPath): RecordedRoot {
  return { path, on: mountOf(path, readMounts())?.id ?? 0 };
}

/** Idempotent. Throws if somebody has mounted over it, since that would go with it. */
export function removeHostRoot(root: RecordedRoot): void {
  const { path, on, namespace } = root;
  if (namespace !== undefined) {
    removeFrom(namespace, root);
    return;
  }
  const top = mountOf(path, readMounts());
  if (top?.mountPoint !== path || top.id === on) return;
  if (top.parentId !== on) throw covered(path, `unmount it, and then once more: umount --recursive ${path}`);
  detachMount(path);
}

/** A namespace that is not there any more took its mounts along. */
function removeFrom({ path, name }: NonNullable<RecordedRoot["namespace"]>, { on }: RecordedRoot): void {
  using namespace = openMountNamespace(path);
  if (namespace === undefined || nameOf(namespace) !== name) return;
  const top = readRootOf(namespace);
  if (top === undefined || top.id === on) return;
  if (top.parentId !== on) throw covered(`the root in ${path}`, "delete the container whose root that is first");
  whileInMountNamespace(namespace, () => detachMount(hostPath("/")));
}

function covered(what: string, hint: string): RuntimeError {
  return new RuntimeError("state", `cannot unmount ${what}: there is another mount over that of the container`, { hint });
}
