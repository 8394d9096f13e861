/**
 * What a container has changed in a whole tree of layers, told as if it were a writable overlay layer (upper-walk.ts): names that
 * differ from the merged layers, with the directories on the way, and names that are gone. Sorted, parents first.
 *
 * Two names differ if they are of another kind or their attributes do. Content is compared only where these are the same and
 * the file was touched since the tree was made: its time of change tells, which a container cannot set.
 */
import { Fd } from "../sys/fd.ts";
import { OPEN, openFile } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { lookAt, readNames, shownName, type Time, tryOpenAt } from "../sys/tree.ts";
import { joinPath } from "./entry-name.ts";
import type { ShownNode } from "./lower-stack.ts";
import { differs, type TreeName, treeXattrs, VANISHED } from "./node-difference.ts";
import { isWhiteout, type Marks } from "./overlay-form.ts";
import { TreeLinks } from "./tree-links.ts";
import { requireArchivable, type UpperNode, type UpperOptions, walkUpper } from "./upper-walk.ts";

interface Walk extends UpperOptions {
  /** When the tree was made. */
  readonly since: Time;
  readonly links: TreeLinks;
}

/** A writable layer, of whichever kind it is. */
export function walkChanges(upper: string, options: UpperOptions, { treeSince }: Marks): Generator<UpperNode> {
  return treeSince === undefined ? walkUpper(upper, options) : walkTree(upper, options, treeSince);
}

/** Names that are gone come before the other names of a directory. */
function* walkTree(tree: string, options: UpperOptions, since: Time): Generator<UpperNode> {
  using root = openFile(tree, OPEN.read | OPEN.directory);
  const status = lookAt(root.number, "");
  if (status === undefined) return;
  yield nodeOf({ directory: root.number, name: ".", path: "", status });
  yield* walkMerged(root.number, "", { ...options, since, links: new TreeLinks(tree, options.lower) });
}

/** What differs in a directory that is there in the layers as well. */
function* walkMerged(directory: number, path: string, walk: Walk): Generator<UpperNode> {
  const { gone, found } = compareNames(directory, path, walk);
  for (const name of gone) yield { is: "removed", path: joinPath(path, name) };
  for (const { one, verdict, isMerged } of found) {
    if (!isMerged) {
      if (verdict !== "same") yield* walkNew(one);
      continue;
    }
    let isTold = verdict !== "same";
    if (isTold) yield nodeOf(one);
    using inner = openInner(one);
    if (inner === undefined) continue;
    for (const inside of walkMerged(inner.number, one.path, walk)) {
      if (!isTold) yield nodeOf(one);
      isTold = true;
      yield inside;
    }
  }
}

/** A name that the layers do not have, or of another kind, with all that is in it. */
function* walkNew(one: TreeName): Generator<UpperNode> {
  yield nodeOf(one);
  if (one.status.kind !== "directory") return;
  using inner = openInner(one);
  if (inner === undefined) return;
  for (const inside of namesIn(inner.number, one.path, readNames(inner.number))) yield* walkNew(inside);
}

interface Compared {
  readonly one: TreeName;
  readonly verdict: "new" | "changed" | "same";
  /** A directory here and there. */
  readonly isMerged: boolean;
}

/** The layers' directories are open no longer than this takes. */
function compareNames(directory: number, path: string, { lower, form, since, links }: Walk): { gone: string[]; found: Compared[] } {
  using below = lower.open(path);
  const models = new Map<string, ShownNode>(below.nodes.map((node) => [node.path, node]));
  const names = readNames(directory);
  const found = namesIn(directory, path, names).map((one): Compared => {
    const model = models.get(one.name);
    const isMerged = one.status.kind === "directory" && model?.status.kind === "directory";
    if (model === undefined) return { one, verdict: "new", isMerged };
    const isChanged = differs(one, model, { form, since }) || (one.status.kind !== "directory" && links.differs(one.path));
    return { one, verdict: isChanged ? "changed" : "same", isMerged };
  });
  const here = new Set(names);
  const gone = below.nodes.filter((node) => !here.has(node.path) && !(form.userXattr && isDevice(node))); // whom these are kept from cannot delete them
  return { gone: gone.map((node) => node.path), found };
}

function isDevice({ status: { kind } }: ShownNode): boolean {
  return kind === "character" || kind === "block";
}

/** Without sockets: nobody listens on an archived one, and tar has no type for it. */
function namesIn(directory: number, path: string, names: readonly string[]): TreeName[] {
  return names.flatMap((name) => {
    const status = lookAt(directory, name);
    return status === undefined || status.kind === "socket" ? [] : [{ directory, name, path: joinPath(path, name), status }];
  });
}

function nodeOf({ directory, name, path, status }: TreeName): UpperNode {
  requireArchivable(name, path, isWhiteout(status));
  return { is: "node", path, status, xattrs: treeXattrs(directory, name), directory, name, isOpaque: false };
}

/** undefined for a directory that the container has removed just now. */
function openInner({ directory, name, path }: TreeName): Fd | undefined {
  const opened = tryOpenAt(directory, name, OPEN.read | OPEN.directory);
  if (VANISHED.includes(opened)) return undefined;
  return new Fd(check(opened, "open(2)", `open directory ${shownName(path)}`));
}
