/** A file of a tree as a member of an archive. The same file gives the same bytes. */
import { RuntimeError } from "../../base/errors.ts";
import { Fd, tryRead } from "../../sys/call/fd.ts";
import { check, kernelError } from "../../sys/call/libc.ts";
import { nextData, seekTo } from "../../sys/file/holes.ts";
import { type NodeStatus, readLinkAt, shownName, type Time, tryOpenFileAt, tryReadFileAt } from "../../sys/file/tree.ts";
import { NO_XATTRS, type TarEntry, type TarKind } from "../../tar/entry.ts";
import { DEFAULT_LIMITS } from "../../tar/limits.ts";
import type { Segment } from "../../tar/sparse.ts";
import type { TarWriter } from "../../tar/writer.ts";

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

/** Archives are handed out in pieces of about this size. A file that is larger is read in such pieces, and may have holes to speak of. */
export const PIECE = 1024 * 1024;

/**
 * The entry of a name, and the content of a file behind it. What is large is written by the generator that is returned then. `linkedTo` is an earlier
 * name of the same file. Throws when a file is written to meanwhile.
 */
export function writeNode(
  writer: TarWriter,
  node: TreeNode,
  { linkedTo, options }: { readonly linkedTo?: string | undefined; readonly options: EntryOptions },
): Generator<Uint8Array> | undefined {
  const { kind, size } = node.status;
  if (kind === "file" && linkedTo === undefined && size >= PIECE) return writeLarge(writer, node, options);
  const entry = entryFor(node, linkedTo, options);
  if (entry.size > 0) writeSmall(writer, entry, node);
  else writer.entry(entry);
  return undefined;
}

function writeSmall(writer: TarWriter, entry: TarEntry, node: TreeNode): void {
  writer.entry(entry);
  const got = tryReadFileAt(node.directory, node.name, writer.room(entry.size + 1)); // of a file that has become longer the writer hears
  if (got < 0) {
    using _opened = openNode(node); // throws if that is what cannot be done
    throw kernelError(-got, "read(2)", `read ${shownName(node.path)}`);
  }
  writer.fill(got);
}

function* writeLarge(writer: TarWriter, node: TreeNode, options: EntryOptions): Generator<Uint8Array> {
  using file = openNode(node);
  const { status, path } = node;
  const sparse = mayHaveHoles(status) ? segmentsOf(file.number, status.size, shownName(path)) : undefined;
  writer.entry({ ...entryFor(node, undefined, options), ...(sparse && { sparse }) });
  for (const segment of sparse ?? [{ offset: 0, length: status.size + 1 }]) yield* writeSegment(writer, file, segment, node);
}

function openNode({ directory, name, path }: TreeNode): Fd {
  const opened = tryOpenFileAt(directory, name);
  return new Fd(opened < 0 ? check(opened, "open(2)", `open ${shownName(path)}`) : opened);
}

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

/** So many bytes of holes are worth a form that not every reader knows. */
const SPARSE_FROM = 1024 * 1024;
/** Shorter holes are written out. */
const SHORTEST_HOLE = 64 * 1024;
/** More pieces may have a longer map than readers take (two numbers of 19 digits each): then shorter holes are written out as well. */
const MOST_SEGMENTS = Math.floor(DEFAULT_LIMITS.headerBytes / 40);

function mayHaveHoles({ size, allocated }: NodeStatus): boolean {
  return size - allocated >= SPARSE_FROM;
}

/** undefined if the file has no holes to speak of. */
function segmentsOf(file: number, size: number, what: string): readonly Segment[] | undefined {
  for (let shortest = SHORTEST_HOLE; ; shortest *= 4) {
    const segments = dataIn(file, { size, shortest }, what);
    if (segments.length > MOST_SEGMENTS) continue;
    const holes = segments.reduce((left, { length }) => left - length, size);
    return holes >= SPARSE_FROM ? segments : undefined;
  }
}

/** No more of them than are looked at. */
function dataIn(file: number, { size, shortest }: { readonly size: number; readonly shortest: number }, what: string): Segment[] {
  const segments: { offset: number; length: number }[] = [];
  for (
    let data = nextData(file, 0, what);
    data !== undefined && data.offset < size;
    data = nextData(file, data.offset + data.length, what)
  ) {
    const end = Math.min(data.offset + data.length, size);
    const last = segments.at(-1);
    if (last !== undefined && data.offset - last.offset - last.length < shortest) last.length = end - last.offset;
    else segments.push({ offset: data.offset, length: end - data.offset });
    if (segments.length > MOST_SEGMENTS) break;
  }
  return segments;
}

/** As far as the file goes: the writer notices what is missing, and of a file without holes what is too much. */
function* writeSegment(writer: TarWriter, file: Fd, { offset, length }: Segment, node: TreeNode): Generator<Uint8Array> {
  seekTo(file.number, offset, shownName(node.path));
  for (let left = length; left > 0; ) {
    const got = readPiece(writer, file, Math.min(PIECE, left), node);
    if (got === 0) return;
    left -= got;
    if (writer.length >= PIECE) yield writer.take();
  }
}

/** At most `most` bytes; returns how many, 0 at the end of the file. */
function readPiece(writer: TarWriter, file: Fd, most: number, { path }: TreeNode): number {
  const got = tryRead(file.number, writer.room(most));
  if (got < 0) check(got, "read(2)", `read ${shownName(path)}`);
  writer.fill(got);
  return got;
}
