/**
 * What a container has changed in a whole tree of layers, told as if it were a writable overlay layer (upper-walk.ts): names that
 * differ from the merged layers, with the directories on the way, and names that are gone. Sorted, parents first.
 *
 * Two names differ if they are of another kind or their attributes do. Content is compared only where these are the same and
 * the file was touched since the tree was made: its time of change tells, which a container cannot set.
 */

import { check } from "../../sys/call/libc.ts";
import { Descent } from "../../sys/file/descent.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { lookAt, readNames, shownName, type Time } from "../../sys/file/tree.ts";
import { joinPath } from "../form/entry-name.ts";
import type { ShownNode } from "../form/lower-stack.ts";
import type { Marks } from "../form/overlay-form.ts";
import { differs, type TreeName, treeXattrs, VANISHED } from "./node-difference.ts";
import { TreeLinks } from "./tree-links.ts";
import { type UpperNode, type UpperOptions, walkUpper } from "./upper-walk.ts";

interface Walk extends UpperOptions {
  /** When the tree was made. */
  readonly since: Time;
  readonly links: TreeLinks;
}

/** A name in the directory that is being walked. */
interface Named extends TreeName {
  readonly verdict: "new" | "changed" | "same";
  /** A directory here and there. */
  readonly isMerged: boolean;
}

/** A directory that is being walked. */
interface Walked {
  /** The directory itself, until it has been told. */
  untold: UpperNode | undefined;
  readonly gone: readonly string[];
  readonly found: Iterator<Named>;
}

/** A writable layer, of whichever kind it is. */
export function walkChanges(upper: string, options: UpperOptions, { treeSince }: Marks): Generator<UpperNode> {
  return treeSince === undefined ? walkUpper(upper, options) : walkTree(upper, options, treeSince);
}

/** Names that are gone come before the other names of a directory. */
function* walkTree(top: string, options: UpperOptions, since: Time): Generator<UpperNode> {
  using root = openFile(top, OPEN.read | OPEN.directory);
  const status = lookAt(root.number, "");
  if (status === undefined) return;
  yield nodeOf({ directory: root.number, name: ".", path: "", status });
  const walk = { ...options, since, links: new TreeLinks(top, options.lower) };
  using tree = new Descent(root);
  const open = [openMerged(tree.directory, { path: "", untold: undefined }, walk)];
  yield* tellGone(open, "");
  for (let directory = open.at(-1); directory !== undefined; directory = open.at(-1)) {
    const { value, done } = directory.found.next();
    if (done) {
      open.pop();
      if (tree.depth > 0) tree.leave();
      continue;
    }
    const one = { ...value, directory: tree.directory }; // it may have been closed and opened again
    const node = nodeOf(one);
    if (one.verdict !== "same") yield* tell(open, node);
    if (one.status.kind !== "directory" || options.isTooDeep?.(one.path) === true) continue;
    const entered = tree.tryEnter(one.name);
    if (VANISHED.includes(entered)) continue; // the container has removed it just now
    check(entered, "open(2)", `open directory ${shownName(one.path)}`);
    const untold = one.verdict === "same" ? node : undefined;
    open.push(one.isMerged ? openMerged(tree.directory, { path: one.path, untold }, walk) : openNew(tree.directory, one.path));
    yield* tellGone(open, one.path);
  }
}

/** With the directories on the way. */
function* tell(open: readonly Walked[], node: UpperNode): Generator<UpperNode> {
  for (const directory of open) {
    if (directory.untold !== undefined) yield directory.untold;
    directory.untold = undefined;
  }
  yield node;
}

function* tellGone(open: readonly Walked[], path: string): Generator<UpperNode> {
  for (const name of open.at(-1)?.gone ?? []) yield* tell(open, { is: "removed", path: joinPath(path, name) });
}

/** A directory that the layers do not have: all that is in it is new. */
function openNew(directory: number, path: string): Walked {
  const found = namesIn(directory, path, readNames(directory)).map((one): Named => ({ ...one, verdict: "new", isMerged: false }));
  return { untold: undefined, gone: [], found: found.values() };
}

interface Merged {
  readonly path: string;
  readonly untold: UpperNode | undefined;
}

/** One that is there in the layers as well. Theirs are open no longer than this takes. */
function openMerged(directory: number, { path, untold }: Merged, { lower, form, since, links }: Walk): Walked {
  using below = lower.open(path);
  const models = new Map<string, ShownNode>(below.nodes.map((node) => [node.path, node]));
  const names = readNames(directory);
  const found = namesIn(directory, path, names).map((one): Named => {
    const model = models.get(one.name);
    const isMerged = one.status.kind === "directory" && model?.status.kind === "directory";
    if (model === undefined) return { ...one, verdict: "new", isMerged };
    const isChanged = differs(one, model, { form, since }) || (one.status.kind !== "directory" && links.differs(one.path));
    return { ...one, verdict: isChanged ? "changed" : "same", isMerged };
  });
  const here = new Set(names);
  const gone = below.nodes.filter((node) => !here.has(node.path) && !(form.userXattr && isDevice(node))); // whom these are kept from cannot delete them
  return { untold, gone: gone.map((node) => node.path), found: found.values() };
}

function isDevice({ status: { kind } }: ShownNode): boolean {
  return kind === "character" || kind === "block";
}

function namesIn(directory: number, path: string, names: readonly string[]): TreeName[] {
  return names.flatMap((name) => {
    const status = lookAt(directory, name);
    return status === undefined ? [] : [{ directory, name, path: joinPath(path, name), status }];
  });
}

/** A directory is told late, when it may be closed: its attributes are read at once. */
function nodeOf({ directory, name, path, status }: TreeName): UpperNode {
  const node = { is: "node", path, status, directory, name, isOpaque: false } as const;
  return status.kind === "directory" ? { ...node, xattrs: treeXattrs(directory, name) } : node;
}
