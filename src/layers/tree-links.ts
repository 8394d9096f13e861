/** Hard links in a whole tree and in the layers that it was made of: which names stand for one file, and whether a container has changed that. */
import { Fd } from "../sys/fd.ts";
import { OPEN, openFile } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { lookAt, readNames, shownName, tryOpenAt } from "../sys/tree.ts";
import { joinPath } from "./entry-name.ts";
import type { LowerStack } from "./lower-stack.ts";
import { VANISHED } from "./node-difference.ts";

/** For each name of a file with several: all of its names, sorted. */
type Groups = ReadonlyMap<string, readonly string[]>;

export class TreeLinks {
  readonly #below: Groups;
  readonly #here: Groups;
  /** Of the names in `#below` those that the tree still has. */
  readonly #kept = new Set<string>();

  constructor(tree: string, lower: LowerStack) {
    using root = openFile(tree, OPEN.read | OPEN.directory);
    this.#below = groupsBelow(lower);
    this.#here = this.#groupsIn(root.number);
  }

  /**
   * Whether a name has become one of another file. A name that is new to the file makes all of its names different, since a
   * layer can only link what is in it. Of a file that was taken apart the first name stays.
   */
  differs(path: string): boolean {
    const here = this.#here.get(path) ?? [path];
    const below = this.#below.get(path) ?? [path];
    if (here.some((name) => !below.includes(name))) return true;
    const first = below.find((name) => this.#kept.has(name));
    return first !== undefined && !here.includes(first);
  }

  #groupsIn(tree: number): Groups {
    const names = new Map<string, string[]>();
    const walk = (directory: number, path: string): void => {
      for (const name of readNames(directory)) {
        const status = lookAt(directory, name);
        const here = joinPath(path, name);
        if (status?.kind === "directory") {
          const opened = tryOpenAt(directory, name, OPEN.read | OPEN.directory);
          if (VANISHED.includes(opened)) continue;
          using inner = new Fd(check(opened, "open(2)", `open directory ${shownName(here)}`));
          walk(inner.number, here);
        } else if (status !== undefined) {
          if (this.#below.has(here)) this.#kept.add(here);
          if (status.links > 1) add(names, status.inode, here);
        }
      }
    };
    walk(tree, "");
    return byName(names);
  }
}

function groupsBelow(lower: LowerStack): Groups {
  const names = new Map<string, string[]>();
  const walk = (path: string): void => {
    for (const name of linksIn(lower, path, names)) walk(joinPath(path, name));
  };
  walk("");
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

function byName(names: ReadonlyMap<string, string[]>): Groups {
  return new Map([...names.values()].map((group) => group.sort()).flatMap((group) => group.map((name) => [name, group] as const)));
}
