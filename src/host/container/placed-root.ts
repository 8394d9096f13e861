/**
 * The root of a container that lives in a mount namespace given by path: a mount over that one's root, with all its other mounts on it. Others may put
 * theirs there as well, before and after. It is known again by its id, which is written down before it is put there.
 */
import { RuntimeError } from "../../base/errors.ts";
import { hostPath } from "../../base/paths.ts";
import type { RecordedPlacement } from "../../state/record.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { OPEN, readDirectory, readLink, tryOpen } from "../../sys/file/file.ts";
import { detachMount, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import { mountIdOf } from "../facts/mount-table.ts";
import { nameOf, openMountNamespace, readRootsOf } from "../facts/named-mounts.ts";

/** Who lives there could mount over it as fast as we unmount. */
const MOST_OVER_IT = 1000;

/** Idempotent. Throws if there is another root over it that somebody has, since that would go with it. */
export function removePlacedRoot(root: RecordedPlacement): void {
  const path = findNamespace(root);
  using namespace = path === undefined ? undefined : openNamed(path, root.name);
  if (namespace === undefined) return; // it is not there any more, and took its mounts along
  for (let over = 0; ; over++) {
    const { ids, isWhole } = readRootsOf(namespace);
    const at = ids.indexOf(root.mount);
    if (at < 0 && (isWhole || ids.includes(root.on))) return;
    const isCovered = at < 0 || (at > 0 && (over === MOST_OVER_IT || isAnothersRoot(root, [root.on, ...ids.slice(at + 1)])));
    if (isCovered) throw covered(`${path}`);
    whileInMountNamespace(namespace, () => detachMount(hostPath("/")));
  }
}

/** The process that it was named by may have ended, or entered another one. */
function findNamespace(root: RecordedPlacement): string | undefined {
  using named = openNamed(root.path, root.name);
  return named === undefined ? processesIn(root)[0]?.namespace : root.path;
}

function openNamed(path: string, name: string): Fd | undefined {
  const namespace = openMountNamespace(path);
  if (namespace === undefined || nameOf(namespace) === name) return namespace;
  namespace.close();
  return undefined;
}

/** Unless all who live there have a root below it: then it is the container that has mounted something over its root. */
function isAnothersRoot(place: RecordedPlacement, below: readonly number[]): boolean {
  return processesIn(place).some(({ root }) => {
    const opened = tryOpen(root, OPEN.path | OPEN.directory);
    if (opened < 0) return opened !== -ERRNO.ENOENT; // it has ended
    using file = new Fd(opened);
    return !below.includes(mountIdOf(file));
  });
}

function processesIn({ name }: RecordedPlacement): { readonly namespace: string; readonly root: string }[] {
  return (readDirectory("/proc") ?? [])
    .filter((entry) => /^\d+$/.test(entry.name))
    .map((entry) => ({ namespace: `/proc/${entry.name}/ns/mnt`, root: `/proc/${entry.name}/root` }))
    .filter(({ namespace }) => readLink(namespace) === name);
}

function covered(path: string): RuntimeError {
  return new RuntimeError("state", `cannot unmount the root in ${path}: there is another mount over that of the container`, {
    hint: "delete the container whose root that is first, or end the other processes there",
  });
}
