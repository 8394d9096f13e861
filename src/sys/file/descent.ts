/**
 * A way down a directory tree, and up again, with one descriptor: hostile processes make trees deeper than a path, the stack
 * or the table of descriptors allows.
 *
 * The way up is "..", and what it leads to is compared with where we came from: a directory that somebody moves meanwhile
 * takes nobody out of the tree.
 */
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO } from "../call/errno.ts";
import { duplicate, Fd } from "../call/fd.ts";
import { check } from "../call/libc.ts";
import { OPEN } from "./file.ts";
import { placeOf } from "./file-system.ts";
import { shownName, tryOpenAt } from "./tree.ts";

const DIRECTORY = OPEN.read | OPEN.directory | OPEN.noFollow;

/** A directory that we are in was moved or removed. */
export class WayLost extends RuntimeError {
  constructor(name: string) {
    super("state", `cannot go through the directory ${shownName(name)}: somebody has moved or removed it meanwhile`);
  }
}

export class Descent implements Disposable {
  #current: Fd;
  /** The directories above the current one, each with the name that led down from it. */
  readonly #above: { readonly name: string; readonly place: string }[] = [];

  /** `top` stays the caller's. */
  constructor(top: Fd) {
    this.#current = duplicate(top, 0);
  }

  /** Descriptor of the current directory, until the next `enter` or `leave`. */
  get directory(): number {
    return this.#current.number;
  }

  get depth(): number {
    return this.#above.length;
  }

  /** Goes into a directory; 0 or minus errno. */
  tryEnter(name: string, open = openDirectory): number {
    const opened = open(this.directory, name);
    if (opened < 0) return opened;
    this.#above.push({ name, place: keyOf(this.#current) });
    this.#replace(new Fd(opened));
    return 0;
  }

  /** Goes back; returns the name of the directory that was left. Throws WayLost if it is not where it was. */
  leave(): string {
    const above = this.#above.pop();
    if (above === undefined) throw new Error("there is nothing above the top");
    const opened = tryOpenAt(this.directory, "..", OPEN.path | OPEN.directory); // it need not be readable any more
    if (opened === -ERRNO.ENOENT) throw new WayLost(above.name);
    const parent = new Fd(check(opened, "open(2)", `open the directory of ${shownName(above.name)}`));
    this.#replace(parent);
    if (keyOf(parent) === above.place) return above.name;
    throw new WayLost(above.name);
  }

  #replace(directory: Fd): void {
    this.#current.close();
    this.#current = directory;
  }

  [Symbol.dispose](): void {
    this.#current.close();
  }
}

function openDirectory(at: number, name: string): number {
  return tryOpenAt(at, name, DIRECTORY);
}

function keyOf(directory: Fd): string {
  const { device, inode } = placeOf(directory);
  return device + inode;
}

export interface Visitor {
  /** What to do in a directory; returns the names in it to go into then. */
  readonly enter: (directory: number) => readonly string[];
  /** All below `name` has been visited. */
  readonly leave?: (parent: number, name: string) => void;
  /** As openat(2) does; what cannot be opened since it is gone, or no directory, is left out. */
  readonly open?: (parent: number, name: string) => number;
}

const GONE: readonly number[] = [-ERRNO.ENOENT, -ERRNO.ENOTDIR, -ERRNO.ELOOP, -ERRNO.ENODEV];

/** Visits `top`, and depth first everything below it that the visitor names. */
export function walkTree(top: Fd, { enter, leave, open }: Visitor): void {
  using descent = new Descent(top);
  const waiting: string[][] = [[...enter(descent.directory)].reverse()]; // of each level, the next name last
  for (let names = waiting.at(-1); names !== undefined; names = waiting.at(-1)) {
    const name = names.pop();
    if (name === undefined) {
      waiting.pop();
      if (descent.depth > 0) {
        const left = descent.leave();
        leave?.(descent.directory, left);
      }
      continue;
    }
    const entered = descent.tryEnter(name, open);
    if (GONE.includes(entered)) continue;
    check(entered, "open(2)", `open directory ${shownName(name)}`);
    waiting.push([...enter(descent.directory)].reverse());
  }
}
