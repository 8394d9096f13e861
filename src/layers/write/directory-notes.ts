/**
 * What is known of the directories of a layer that is being written, until they get their attributes at its end. A tree of names, so that all
 * below one of them is forgotten at once. A layer may have a hundred thousand: each is a row of numbers and a name.
 */
import type { Time } from "../../sys/file/tree.ts";
import type { FileAttributes } from "../form/attributes.ts";
import { joinPath } from "../form/entry-name.ts";
import type { Kept } from "./kept.ts";

export interface DirectoryNote {
  /** "" is the layer's root. */
  readonly name: string;
  readonly path: string;
  /** As the last entry of the directory says. */
  readonly described?: FileAttributes;
  /** Of one that no entry has named: the time that it gets. */
  readonly implied?: Time;
}

export interface NoteVisitor {
  readonly enter: (name: string) => boolean;
  /** Of the last directory that was entered, and at the end of the root. All that is in it has been left before. */
  readonly leave: (directory: DirectoryNote) => void;
}

/** Columns of a row. The first says what is known, and has the mode. */
const KNOWN = 0;
const UID = 1;
const GID = 2;
const SECONDS = 3;
const NANOSECONDS = 4;
const ATTRIBUTES = 5;
/** Rows in the same directory form a list; row 0, the root, is in none and ends it. */
const FIRST_CHILD = 6;
const NEXT = 7;
const COLUMNS = 8;
const DESCRIBED = 0x10000;
const IMPLIED = 0x20000;
const FORGOTTEN = 0x40000;
const ROWS = 1024;
/** What the engine takes for a row and its key, besides the name. */
const COST = 200;

/** Paths are without links; "" is the layer's root. */
export class DirectoryNotes {
  readonly #kept: Kept;
  readonly #pieces: Float64Array[] = [new Float64Array(ROWS * COLUMNS)];
  /** By the row of the directory above and the name. */
  readonly #rows = new Map<string, number>();
  readonly #keys: string[] = [""];

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  describe(path: string, { mode, uid, gid, modified, xattrs }: FileAttributes): void {
    const row = this.#at(path);
    this.#set(row, KNOWN, mode | DESCRIBED);
    this.#set(row, UID, uid);
    this.#set(row, GID, gid);
    this.#setTime(row, modified);
    this.#set(row, ATTRIBUTES, this.#kept.attributeSet(xattrs, path));
  }

  imply(path: string, time: Time): void {
    const row = this.#at(path);
    if ((this.#get(row, KNOWN) & DESCRIBED) !== 0) return;
    this.#set(row, KNOWN, IMPLIED);
    this.#setTime(row, time);
  }

  /** Of a name that is something else now. */
  forget(path: string): void {
    let row = 0;
    let key = "";
    for (const part of path.split("/")) {
      key = keyOf(row, part);
      const next = this.#rows.get(key);
      if (next === undefined) return;
      row = next;
    }
    this.#rows.delete(key);
    this.#set(row, KNOWN, FORGOTTEN);
  }

  /** Goes through all directories, into each and out of it again. What `enter` refuses is passed over, with all below it. */
  visit({ enter, leave }: NoteVisitor): void {
    const open = [{ row: 0, name: "", path: "", next: this.#get(0, FIRST_CHILD) }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const row = top.next;
      if (row === 0) {
        open.pop();
        leave({ name: top.name, path: top.path, ...this.#noteOf(top.row) });
        continue;
      }
      top.next = this.#get(row, NEXT);
      const key = this.#keys[row] ?? "";
      const name = key.slice(key.indexOf("/") + 1);
      if (this.#get(row, KNOWN) === FORGOTTEN || !enter(name)) continue;
      open.push({ row, name, path: joinPath(top.path, name), next: this.#get(row, FIRST_CHILD) });
    }
  }

  #noteOf(row: number): Pick<DirectoryNote, "described" | "implied"> {
    const known = this.#get(row, KNOWN);
    const modified = { seconds: this.#get(row, SECONDS), nanoseconds: this.#get(row, NANOSECONDS) };
    if (known === IMPLIED) return { implied: modified };
    if (known === 0) return {};
    const xattrs = this.#kept.attributes(this.#get(row, ATTRIBUTES));
    return { described: { mode: known & ~DESCRIBED, uid: this.#get(row, UID), gid: this.#get(row, GID), modified, xattrs } };
  }

  #at(path: string): number {
    if (path === "") return 0;
    let row = 0;
    for (const part of path.split("/")) {
      const key = keyOf(row, part);
      row = this.#rows.get(key) ?? this.#add(row, key, path);
    }
    return row;
  }

  #add(above: number, key: string, path: string): number {
    this.#kept.count(COST + key.length, path);
    const row = this.#keys.push(key) - 1;
    this.#rows.set(key, row);
    if (row % ROWS === 0) this.#pieces.push(new Float64Array(ROWS * COLUMNS));
    this.#set(row, NEXT, this.#get(above, FIRST_CHILD));
    this.#set(above, FIRST_CHILD, row);
    return row;
  }

  #setTime(row: number, { seconds, nanoseconds }: Time): void {
    this.#set(row, SECONDS, seconds);
    this.#set(row, NANOSECONDS, nanoseconds);
  }

  #get(row: number, column: number): number {
    return this.#pieces[Math.floor(row / ROWS)]?.[(row % ROWS) * COLUMNS + column] ?? 0;
  }

  #set(row: number, column: number, value: number): void {
    const piece = this.#pieces[Math.floor(row / ROWS)];
    if (piece !== undefined) piece[(row % ROWS) * COLUMNS + column] = value;
  }
}

function keyOf(row: number, name: string): string {
  return `${row}/${name}`;
}
