/**
 * Whole trees of layers on disk, for storage drivers that mount none. A tree is there whole or not at all, whatever is killed
 * when: it is made under another name beside its place, and gets its own when everything is on the disk.
 *
 *   TREE        the directory, or a subvolume of btrfs
 *   TREE.tree   its mark (base/tree-mark.ts), written before TREE has its name
 *   TREE.new    being made; whoever has the lock removes what is left of one that died
 *   TREE.lock   held while that happens
 */
import { during, RuntimeError } from "../../base/errors.ts";
import { isWithin } from "../../base/paths.ts";
import { treeMark } from "../../base/tree-mark.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { tryMakeSubvolume, trySetReadOnly, trySnapshot } from "../../sys/file/btrfs.ts";
import { makeDirectories, OPEN, openFile, readLink, readTextIfThere, syncFile, tryRemoveDirectory } from "../../sys/file/file.ts";
import { lockFile } from "../../sys/file/file-lock.ts";
import { removeTree } from "../../sys/file/remove-tree.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";
import { byteString, lookAt, syncFileSystem, tryMakeDirectoryAt, tryOpenAt, tryRenameNew } from "../../sys/file/tree.ts";
import { copyStack } from "./stack-copy.ts";

/** A layer that its caller holds open. */
export interface OpenLayer {
  readonly path: string;
  readonly fd: number;
}

interface Target {
  readonly to: string;
  /** What the tree is made of, the top first. */
  readonly layers: readonly OpenLayer[];
  /** Whether a crash of the machine may take it away. */
  readonly isVolatile: boolean;
}

export interface TreeRequest extends Target {
  readonly kind: "directory" | "subvolume" | "read-only subvolume";
  readonly userXattr: boolean;
  readonly warn: (message: string) => void;
}

/** Copies the layers. Idempotent. Throws "state" if something else stands at `to`. */
export function makeTree(request: TreeRequest): void {
  makeOnce(request, (parent, name) => during(`cannot make a tree of the layers at ${request.to}`, () => copyLayers(request, parent, name)));
}

/** Everything is on the disk afterwards. */
function copyLayers(request: TreeRequest, parent: number, name: string): void {
  const { to, kind, layers, isVolatile } = request;
  for (const layer of layers) requireOutside(to, layer);
  const isDirectory = kind === "directory";
  const made = isDirectory ? tryMakeDirectoryAt(parent, name, 0o700) : tryMakeSubvolume(parent, name);
  check(made, isDirectory ? "mkdir(2)" : "ioctl(2)", `create ${kind} ${to}.new`);
  using tree = new Fd(check(tryOpenAt(parent, name, OPEN.read | OPEN.directory), "open(2)", `open ${to}.new`));
  const lower = layers.map(({ fd }) => `/proc/self/fd/${fd}`);
  copyStack(lower, tree, request);
  if (!isVolatile) syncFileSystem(tree.number);
  if (kind === "read-only subvolume") check(trySetReadOnly(tree.number, true), "ioctl(2)", `protect ${to}.new`);
}

/** A copy would never end. */
function requireOutside(to: string, { path, fd }: OpenLayer): void {
  if (!isWithin(to, readLink(`/proc/self/fd/${fd}`) ?? path)) return;
  throw new RuntimeError("config", `layer ${path} would have the tree in it`, { hint: 'give a directory outside of it as "upper"' });
}

export interface SnapshotRequest extends Target {
  /** A subvolume on the same file system. */
  readonly from: string;
}

/** Idempotent, as `makeTree`. */
export function snapshotTree(request: SnapshotRequest): void {
  const { from, to } = request;
  makeOnce(request, (parent, name) => {
    using source = openFile(from, OPEN.read | OPEN.directory | OPEN.noFollow);
    const made = trySnapshot(source.number, parent, name);
    if (made !== -ERRNO.EXDEV) check(made, "ioctl(2)", `make a snapshot of ${from} at ${to}`);
    else throw new RuntimeError("unsupported", `cannot make a snapshot of ${from} at ${to}: they are on different file systems`);
  });
}

function makeOnce({ to, layers, isVolatile }: Target, make: (parent: number, name: string) => void): void {
  const slash = to.lastIndexOf("/");
  const directory = to.slice(0, slash) || "/";
  const name = byteString(to.slice(slash + 1));
  const mark = markText(directory, layers);
  makeDirectories(directory, 0o755);
  using lock = openFile(`${to}.lock`, OPEN.readWrite | OPEN.create | OPEN.noFollow, 0o600);
  lockFile(lock, "exclusive");
  using parent = openFile(directory, OPEN.read | OPEN.directory);
  if (isMade(parent.number, name, { to, mark })) return;
  const temporary = `${name}.new`;
  removeTree(parent.number, temporary);
  try {
    make(parent.number, temporary);
    replaceFile(treeMark(to), mark, { mode: 0o600, durable: !isVolatile });
    check(tryRenameNew(parent.number, temporary, parent.number, name), "rename(2)", `rename ${to}.new to ${to}`);
    if (!isVolatile) syncFile(parent, directory);
  } catch (error) {
    removeTree(parent.number, temporary);
    throw error;
  }
}

/** A bundle may be moved with the layers in it, so these are named as it sees them. */
function markText(directory: string, layers: readonly OpenLayer[]): string {
  const prefix = `${directory}/`;
  const names = layers.map(({ path }) => (path.startsWith(prefix) ? path.slice(prefix.length) : path));
  return `${JSON.stringify({ layers: names })}\n`;
}

function isMade(parent: number, name: string, { to, mark }: { readonly to: string; readonly mark: string }): boolean {
  if (lookAt(parent, name) === undefined) return false;
  const found = readTextIfThere(treeMark(to), { follow: false });
  if (found === mark) return true;
  if (tryRemoveDirectory(to) === 0) return false; // nothing was in it
  if (found !== undefined) throw occupied(to, "it was made of other layers than these");
  throw occupied(to, "it has what a container wrote under another driver, and not the files of the layers");
}

function occupied(to: string, reason: string): RuntimeError {
  return new RuntimeError("state", `cannot use ${to} as the tree of the layers: ${reason}`, {
    hint: 'give another directory as "upper", or remove this one and what is in it',
  });
}
