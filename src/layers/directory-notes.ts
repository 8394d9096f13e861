/**
 * What is known of the directories of a layer that is being written, until they get their attributes at its end. A tree of names, so that all
 * below one of them is forgotten at once.
 */
import type { Time } from "../sys/tree.ts";
import type { TarEntry } from "../tar/entry.ts";
import { joinPath } from "./entry-name.ts";

interface Note {
  /** The last entry of the directory. */
  entry?: TarEntry;
  /** Of one that no entry has named: the time that it gets. */
  implied?: Time;
  children?: Map<string, Note>;
}

export interface DirectoryNote {
  readonly path: string;
  readonly note: Pick<Note, "entry" | "implied">;
}

/** Paths are without links; "" is the layer's root. */
export class DirectoryNotes {
  readonly #root: Note = {};

  describe(path: string, entry: TarEntry): void {
    this.#at(path).entry = entry;
  }

  imply(path: string, time: Time): void {
    this.#at(path).implied = time;
  }

  /** Of a name that is something else now. */
  forget(path: string): void {
    const parts = path.split("/");
    const last = parts.pop() ?? "";
    let note: Note | undefined = this.#root;
    for (const part of parts) note = note?.children?.get(part);
    note?.children?.delete(last);
  }

  /** Directories before those that they are in. */
  *bottomUp(): Generator<DirectoryNote> {
    const open = [{ path: "", note: this.#root, children: childrenOf(this.#root) }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { value } = top.children.next();
      if (value !== undefined) {
        const [name, note] = value;
        open.push({ path: joinPath(top.path, name), note, children: childrenOf(note) });
        continue;
      }
      open.pop();
      if (top.note.entry !== undefined || top.note.implied !== undefined) yield top;
    }
  }

  #at(path: string): Note {
    let note = this.#root;
    if (path === "") return note;
    for (const part of path.split("/")) {
      note.children ??= new Map();
      let child = note.children.get(part);
      if (child === undefined) {
        child = {};
        note.children.set(part, child);
      }
      note = child;
    }
    return note;
  }
}

function childrenOf({ children }: Note): Iterator<[string, Note], undefined> {
  return (children ?? new Map<string, Note>()).entries() as Iterator<[string, Note], undefined>;
}
