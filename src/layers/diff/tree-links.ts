/** Hard links in a whole tree and in the layers that it was made of: which names stand for one file, and whether a container has changed that. */

import type { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { Descent } from "../../sys/file/descent.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { lookAt, readNames, shownName } from "../../sys/file/tree.ts";
import { joinPath } from "../form/entry-name.ts";
import type { LowerStack } from "../form/lower-stack.ts";
import { VANISHED } from "./node-difference.ts";

/** All names of one file. */
interface Group {
  /** Sorted. */
  readonly names: readonly string[];
  readonly has: ReadonlySet<string>;
}

/** For each name of a file with several. */
type Groups = ReadonlyMap<string, Group>;

export class TreeLinks {
  readonly #below: Groups;
  readonly #here: Groups;
  /** Of the names in `#below` those that the tree still has. */
  readonly #kept = new Set<string>();
  /** Pairs of a group of the tree and one below of which the first has names that the second has not, and the others. */
  readonly #mixed = new Map<Group, Map<Group, boolean>>();
  /** The first name of each group below that the tree still has. */
  readonly #first = new Map<Group, string | undefined>();

  constructor(tree: string, lower: LowerStack) {
    using root = openFile(tree, OPEN.read | OPEN.directory);
    this.#below = groupsBelow(lower);
    this.#here = this.#groupsIn(root);
  }

  /**
   * Whether a name has become one of another file. A name that is new to the file makes all of its names different, since a
   * layer can only link what is in it. Of a file that was taken apart the first name stays.
   */
  differs(path: string): boolean {
    const [here, below] = [this.#here.get(path), this.#below.get(path)];
    if (below === undefined) return here !== undefined && here.names.length > 1;
    if (here !== undefined && this.#isMixed(here, below)) return true;
    const first = this.#firstKept(below);
    return first !== undefined && !(here === undefined ? first === path : here.has.has(first));
  }

  /** Looked at once for all names of both. */
  #isMixed(here: Group, below: Group): boolean {
    const known = this.#mixed.get(here) ?? new Map<Group, boolean>();
    this.#mixed.set(here, known);
    const isMixed = known.get(below) ?? here.names.some((name) => !below.has.has(name));
    known.set(below, isMixed);
    return isMixed;
  }

  #firstKept(below: Group): string | undefined {
    if (!this.#first.has(below))
      this.#first.set(
        below,
        below.names.find((name) => this.#kept.has(name)),
      );
    return this.#first.get(below);
  }

  #groupsIn(top: Fd): Groups {
    const names = new Map<string, string[]>();
    using tree = new Descent(top);
    const open = [{ path: "", left: readNames(top.number).values() }];
    for (let directory = open.at(-1); directory !== undefined; directory = open.at(-1)) {
      const { value: name, done } = directory.left.next();
      if (done) {
        open.pop();
        if (tree.depth > 0) tree.leave();
        continue;
      }
      const status = lookAt(tree.directory, name);
      const path = joinPath(directory.path, name);
      if (status?.kind === "directory") {
        const entered = tree.tryEnter(name);
        if (VANISHED.includes(entered)) continue;
        check(entered, "open(2)", `open directory ${shownName(path)}`);
        open.push({ path, left: readNames(tree.directory).values() });
      } else if (status !== undefined) {
        if (this.#below.has(path)) this.#kept.add(path);
        if (status.links > 1) add(names, status.inode, path);
      }
    }
    return byName(names);
  }
}

function groupsBelow(lower: LowerStack): Groups {
  const names = new Map<string, string[]>();
  const left = [""];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    for (const name of linksIn(lower, path, names)) left.push(joinPath(path, name));
  }
  return byName(names);
}

/** Returns the directories in it. */
function linksIn(lower: LowerStack, path: string, names: Map<string, string[]>): string[] {
  using directory = lower.open(path);
  return directory.nodes.flatMap(({ path: name, layer, status: { kind, links, inode } }) => {
    if (kind === "directory") return [name];
    if (links > 1) add(names, `${layer} ${inode}`, joinPath(path, name));
    return [];
  });
}

function add(names: Map<string, string[]>, file: string, path: string): void {
  const known = names.get(file);
  if (known === undefined) names.set(file, [path]);
  else known.push(path);
}

function byName(files: ReadonlyMap<string, string[]>): Groups {
  const groups = [...files.values()].map((names) => ({ names: names.sort(), has: new Set(names) }));
  return new Map(groups.flatMap((group) => group.names.map((name) => [name, group] as const)));
}
