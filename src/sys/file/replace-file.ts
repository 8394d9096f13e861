/** A file that is replaced whole: who reads it gets its old content or its new one. */
import { encodeText } from "../../base/text.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd, writeAll } from "../call/fd.ts";
import { check } from "../call/libc.ts";
import { ownPid } from "../call/own-ids.ts";
import { OPEN, openFile, renameFile, syncFile, tryExchange, tryOpen, tryUnlink } from "./file.ts";

/** The file has either its old content or all of the new one, even after a crash of the machine if `durable`. */
export function replaceFile(path: string, text: string, { mode, durable = false }: { mode: number; durable?: boolean }): void {
  const temporary = `${path}.tmp-${ownPid()}`;
  using fd = createFile(temporary, mode);
  try {
    writeAll(fd.number, encodeText(text), temporary);
    if (durable) {
      syncFile(fd, temporary);
      renameFile(temporary, path);
    } else takePlace(temporary, path);
  } catch (error) {
    tryUnlink(temporary);
    throw error;
  }
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
