/** A file that is replaced whole: who reads it gets its old content or its new one. */
import { encodeText } from "../../base/text.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd, writeAll } from "../call/fd.ts";
import { check } from "../call/libc.ts";
import { ownPid } from "../call/own-ids.ts";
import { OPEN, openFile, renameFile, syncFile, tryExchange, tryOpen, tryUnlink } from "./file.ts";

export interface ReplacementOptions {
  readonly mode: number;
  /** The new content is what there is even after a crash of the machine. */
  readonly durable?: boolean;
}

/** What a file is to be replaced by, written beside it; disposing of it takes it away unless it has been put in the file's place. */
export class Replacement implements Disposable {
  readonly #path: string;
  readonly #isDurable: boolean;
  #temporary: string | undefined;

  constructor(path: string, text: string, { mode, durable = false }: ReplacementOptions) {
    const temporary = `${path}.tmp-${ownPid()}`;
    this.#path = path;
    this.#isDurable = durable;
    using fd = createFile(temporary, mode);
    this.#temporary = temporary;
    try {
      writeAll(fd.number, encodeText(text), temporary);
      if (durable) syncFile(fd, temporary);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Once. */
  putInPlace(): void {
    const temporary = this.#temporary;
    if (temporary === undefined) return;
    try {
      if (this.#isDurable) renameFile(temporary, this.#path);
      else takePlace(temporary, this.#path);
      this.#temporary = undefined;
    } finally {
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    if (this.#temporary !== undefined) tryUnlink(this.#temporary);
    this.#temporary = undefined;
  }
}

/** The file has either its old content or all of the new one. */
export function replaceFile(path: string, text: string, options: ReplacementOptions): void {
  new Replacement(path, text, options).putInPlace();
}

/** As `renameFile`. But what replaces another file in that way ext4 writes to disk at once, which takes longer than all the rest. */
function takePlace(from: string, to: string): void {
  if (tryExchange(from, to) < 0) {
    renameFile(from, to); // nothing is there, or the file system cannot do it
    return;
  }
  const removed = tryUnlink(from);
  if (removed < 0) tryExchange(from, to); // a directory, which stays
  check(removed, "rename(2)", `rename ${from} to ${to}`);
}

/** A new file of our own: one of that name is left from a crash, or was put there by somebody who wants what we write. */
function createFile(path: string, mode: number): Fd {
  const flags = OPEN.write | OPEN.create | OPEN.exclusive;
  const opened = tryOpen(path, flags, mode);
  if (opened !== -ERRNO.EEXIST) return new Fd(check(opened, "open(2)", `open ${path}`));
  check(tryUnlink(path), "unlink(2)", `remove ${path}`);
  return openFile(path, flags, mode);
}
