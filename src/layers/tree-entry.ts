/** A file of a tree as a member of an archive. The same file gives the same bytes. */
import { RuntimeError } from "../base/errors.ts";
import { Fd, tryRead } from "../sys/fd.ts";
import { OPEN } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { type NodeStatus, readLinkAt, shownName, type Time, tryOpenAt } from "../sys/tree.ts";
import type { TarEntry, TarKind } from "../tar/entry.ts";
import type { TarWriter } from "../tar/writer.ts";

export interface EntryOptions {
  /** SOURCE_DATE_EPOCH, in seconds: later times become this one. */
  readonly epoch?: number;
  /** From the owners on disk to those in the archive, where a user namespace stands between them. Absent = they are the same. */
  readonly owners?: Owners;
}

export interface Owners {
  readonly uid: (id: number) => number;
  readonly gid: (id: number) => number;
}

export interface TreeNode {
  /** From the tree's root, which is "". */
  readonly path: string;
  readonly status: NodeStatus;
  readonly xattrs: ReadonlyMap<string, string>;
  /** Where it is to be opened, as `name`. */
  readonly directory: number;
  readonly name: string;
}

/** Archives are handed out in pieces of about this size. */
export const PIECE = 1024 * 1024;
export const NO_XATTRS: ReadonlyMap<string, string> = new Map();

/** `linkedTo` is an earlier name of the same file. Throws code "unsupported" for what no archive can hold. */
export function entryFor(
  { path, status, xattrs, directory, name }: TreeNode,
  linkedTo: string | undefined,
  options: EntryOptions,
): TarEntry {
  const kind = linkedTo === undefined ? kindOf(status.kind, path) : "hardlink";
  return {
    name: kind === "directory" ? `${path || "."}/` : path,
    kind,
    mode: status.mode,
    uid: options.owners?.uid(status.uid) ?? status.uid,
    gid: options.owners?.gid(status.gid) ?? status.gid,
    size: kind === "file" ? status.size : 0,
    modified: clamped(status.modified, options),
    linkName: linkedTo ?? (kind === "symlink" ? readLinkAt(directory, name) : ""),
    device: kind === "character" || kind === "block" ? status.device : { major: 0, minor: 0 },
    xattrs: linkedTo === undefined ? xattrs : NO_XATTRS,
  };
}

function kindOf(kind: NodeStatus["kind"], path: string): TarKind {
  if (kind === "link") return "symlink";
  if (kind === "socket") throw new RuntimeError("unsupported", `cannot archive ${JSON.stringify(shownName(path))}: it is a socket`);
  return kind;
}

function clamped(time: Time, { epoch }: EntryOptions): Time {
  return epoch !== undefined && time.seconds >= epoch ? { seconds: epoch, nanoseconds: 0 } : time;
}

/** Behind the file's entry. Throws when the file is written to meanwhile. */
export function* writeContent(writer: TarWriter, { directory, name, path, status }: TreeNode): Generator<Uint8Array> {
  const flags = OPEN.read | OPEN.nonBlock;
  using file = new Fd(check(tryOpenAt(directory, name, flags), "open(2)", `open ${shownName(path)}`));
  for (let left = status.size; ; ) {
    const buffer = Buffer.allocUnsafe(Math.min(PIECE, left + 1)); // of its own: the writer keeps it
    const length = check(tryRead(file.number, buffer), "read(2)", `read ${shownName(path)}`);
    if (length === 0) return;
    writer.content(buffer.subarray(0, length));
    left = Math.max(0, left - length);
    if (writer.length >= PIECE) yield writer.take();
  }
}
