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
  /** "" is the layer's root. */
  readonly name: string;
  readonly path: string;
  readonly note: Pick<Note, "entry" | "implied">;
}

export interface NoteVisitor {
  readonly enter: (name: string) => boolean;
  /** Of the last directory that was entered, and at the end of the root. All that is in it has been left before. */
  readonly leave: (directory: DirectoryNote) => void;
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

  /** Goes through all directories by name, into each and out of it again. What `enter` refuses is passed over, with all below it. */
  visit({ enter, leave }: NoteVisitor): void {
    const open = [{ name: "", path: "", note: this.#root, children: childrenOf(this.#root) }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { value } = top.children.next();
      if (value === undefined) {
        open.pop();
        leave(top);
        continue;
      }
      const [name, note] = value;
      if (enter(name)) open.push({ name, path: joinPath(top.path, name), note, children: childrenOf(note) });
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
