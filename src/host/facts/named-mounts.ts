/** A mount namespace that config.json gives by path, as the kernel has it. */
import { decodeText } from "../../base/text.ts";
import type { NamedMounts } from "../../plan/facts.ts";
import { NAMESPACE_FILES, NAMESPACE_FLAGS, parseNamespaces } from "../../plan/namespaces/namespaces.ts";
import type { Spec } from "../../spec/types.ts";
import { type Fd, readAll } from "../../sys/call/fd.ts";
import { OPEN, openFile, readLink } from "../../sys/file/file.ts";
import { whileInMountNamespace } from "../../sys/kernel/mount.ts";
import { stackAtRoot } from "../../sys/kernel/mount-stack.ts";
import { namespaceInode, openNamespace, ownerOf } from "../../sys/kernel/namespace-file.ts";
import { type Mount, parseMounts } from "./mount-table.ts";

/** undefined if there is none at that path. */
export function openMountNamespace(path: string): Fd | undefined {
  return openNamespace(path, NAMESPACE_FLAGS.mount);
}

/** As links in procfs have it. */
export function nameOf(namespace: Fd, type: "mount" | "user" = "mount"): string {
  return `${NAMESPACE_FILES[type]}:[${namespaceInode(namespace)}]`;
}

/** What those have as "/" who enter it. */
function readRootOf(namespace: Fd): Mount | undefined {
  return readMountsOf(namespace).find(({ mountPoint }) => mountPoint === "/");
}

/** Ids of the mount that those have as "/", of the one below it, and so on; `isWhole`: down to the last, which takes Linux 6.8. */
export function readRootsOf(namespace: Fd): { readonly ids: readonly number[]; readonly isWhole: boolean } {
  const ids = whileInMountNamespace(namespace, stackAtRoot);
  if (ids !== undefined) return { ids, isWhole: true };
  const top = readRootOf(namespace);
  return { ids: top === undefined ? [] : [top.id, top.parentId], isWhole: false };
}

/** Those that can be reached by who enters it. */
export function readMountsOf(namespace: Fd): Mount[] {
  using proc = openFile("/proc", OPEN.path | OPEN.directory); // whose own may be anything
  using list = whileInMountNamespace(namespace, () => openFile("self/mountinfo", OPEN.read, 0, proc.number));
  return parseMounts(decodeText(readAll(list.number, "the mounts of a namespace")));
}

/**
 * undefined unless config.json gives one, and it can be looked at: init tells then what is wrong with it. `mayEnter`: we have the rights for it. It
 * stays open as long as we live, so that meanwhile neither its name nor the id of its root can become another one's.
 */
export function readNamedMounts(spec: Spec, mayEnter: boolean): NamedMounts | undefined {
  const { joined, created } = parseNamespaces(spec);
  const pathOf = (wanted: string): string | undefined => joined.find(({ type }) => type === wanted)?.path;
  const path = pathOf("mount");
  const namespace = path === undefined ? undefined : openMountNamespace(path);
  if (namespace === undefined) return undefined;
  const name = nameOf(namespace);
  if (["self", "1"].some((process) => readLink(`/proc/${process}/ns/mnt`) === name)) return { obstacle: "it is the host's own" };
  const user = created.has("user") ? undefined : userNamespace(pathOf("user") ?? "/proc/self/ns/user");
  if (user === undefined || ownerName(namespace) !== user) return { obstacle: "it belongs to another user namespace than the container" };
  if (!mayEnter || !mayComeBack()) return { obstacle: "the runtime may not enter it" };
  const root = readRootOf(namespace);
  if (root === undefined || root.isShared) return { obstacle: "its root is shared, and what is mounted over that shows in others too" };
  return { name, on: root.id };
}

function userNamespace(path: string): string | undefined {
  using namespace = openNamespace(path, NAMESPACE_FLAGS.user);
  return namespace && nameOf(namespace, "user");
}

function ownerName(namespace: Fd): string | undefined {
  using owner = ownerOf(namespace);
  return owner && nameOf(owner, "user");
}

/** Into our own, which may belong to a user namespace that we have left. */
function mayComeBack(): boolean {
  using own = openFile("/proc/self/ns/mnt", OPEN.read);
  return ownerName(own) === readLink("/proc/self/ns/user");
}
