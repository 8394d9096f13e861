/**
 * What is left of a layer's archive besides its files: with both, the very same archive can be put together again, so that a layer can be
 * checked against its digest without a second copy of its content.
 *
 *   archive.rec   frames, as in frame-file.ts
 *   frame         { 0, length u32, bytes }                              as they stand in the archive
 *                 { 1, size u64, length u16, path }                     the content of diff/<path>
 *                 { 2, length u16, path }                               what was at <path> is now replaced/<n>, n = 0, 1, …
 */
import { RuntimeError } from "../base/errors.ts";
import { Fd, tryRead } from "../sys/fd.ts";
import { OPEN, openFile, readDirectory, tryMakeDirectory } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { shownName, tryOpenBeneath } from "../sys/tree.ts";
import { FRAME, readFrames, writeFrame } from "./frame-file.ts";
import type { ArchiveRecorder } from "./layer-writer.ts";

const FILE = "archive.rec";
const REPLACED = "replaced";
const LITERAL = 0;
const CONTENT = 1;
const DISPLACED = 2;

export class ArchiveRecordWriter implements ArchiveRecorder, Disposable {
  readonly #file: Fd;
  readonly #replaced: Fd;
  readonly #frame = Buffer.allocUnsafe(FRAME);
  #length = 0;
  /** Where the literal that is being written has its length. */
  #literalAt = -1;
  #count = 0;

  /** In the directory of a layer that has no record yet. */
  constructor(directory: string) {
    this.#file = openFile(`${directory}/${FILE}`, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
    check(tryMakeDirectory(`${directory}/${REPLACED}`, 0o700), "mkdir(2)", `create directory ${directory}/${REPLACED}`);
    this.#replaced = openFile(`${directory}/${REPLACED}`, OPEN.path | OPEN.directory);
  }

  get aside(): number {
    return this.#replaced.number;
  }

  literal(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      this.#reserve(6);
      if (this.#literalAt < 0) {
        this.#frame[this.#length] = LITERAL;
        this.#literalAt = this.#length + 1;
        this.#frame.writeUInt32LE(0, this.#literalAt);
        this.#length += 5;
      }
      const size = Math.min(bytes.length - at, FRAME - this.#length);
      this.#frame.set(bytes.subarray(at, at + size), this.#length);
      this.#length += size;
      this.#frame.writeUInt32LE(this.#length - this.#literalAt - 4, this.#literalAt);
      at += size;
    }
  }

  content(path: string, size: number): void {
    this.#reserve(11 + path.length);
    this.#literalAt = -1;
    this.#frame[this.#length] = CONTENT;
    this.#frame.writeBigUInt64LE(BigInt(size), this.#length + 1);
    this.#length += 9;
    this.#path(path);
  }

  displaced(path: string): string {
    this.#reserve(3 + path.length);
    this.#literalAt = -1;
    this.#frame[this.#length] = DISPLACED;
    this.#length += 1;
    this.#path(path);
    return String(this.#count++);
  }

  /** After the last byte of the archive. */
  finish(): void {
    this.#flush();
  }

  #path(path: string): void {
    this.#frame.writeUInt16LE(path.length, this.#length);
    this.#frame.write(path, this.#length + 2, path.length, "latin1");
    this.#length += 2 + path.length;
  }

  #reserve(size: number): void {
    if (this.#length + size > FRAME) this.#flush();
  }

  #flush(): void {
    writeFrame(this.#file, this.#frame.subarray(0, this.#length), FILE);
    this.#length = 0;
    this.#literalAt = -1;
  }

  [Symbol.dispose](): void {
    this.#file.close();
    this.#replaced.close();
  }
}

type Piece =
  | { readonly is: "literal"; readonly bytes: Buffer }
  | { readonly is: "content"; readonly path: string; readonly size: number }
  | { readonly is: "displaced"; readonly path: string };

/** The archive of a layer again, byte by byte. Throws code "integrity" where the files cannot be those that it had. */
export function* rebuildArchive(directory: string): Generator<Uint8Array> {
  using diff = openFile(`${directory}/diff`, OPEN.path | OPEN.directory);
  using replaced = openFile(`${directory}/${REPLACED}`, OPEN.path | OPEN.directory);
  const moved = (readDirectory(`${directory}/${REPLACED}`) ?? []).length === 0 ? [] : displacedPaths(directory);
  let seen = 0;
  for (const piece of pieces(directory)) {
    if (piece.is === "literal") yield piece.bytes;
    else if (piece.is === "displaced") seen++;
    else {
      const at = moved.findIndex((path, i) => i >= seen && (piece.path === path || piece.path.startsWith(`${path}/`)));
      if (at < 0) yield* contentOf(diff, piece.path, piece.size);
      else yield* contentOf(replaced, `${at}${piece.path.slice(moved[at]?.length)}`, piece.size);
    }
  }
}

function displacedPaths(directory: string): string[] {
  return [...pieces(directory)].flatMap((piece) => (piece.is === "displaced" ? [piece.path] : []));
}

function* contentOf(root: Fd, path: string, size: number): Generator<Uint8Array> {
  const opened = tryOpenBeneath(root.number, path, OPEN.read | OPEN.nonBlock);
  if (opened < 0) throw lost(path);
  using file = new Fd(opened);
  const buffer = Buffer.allocUnsafe(Math.min(FRAME, size + 1));
  let left = size;
  for (;;) {
    const length = check(tryRead(file.number, buffer), "read(2)", `read ${shownName(path)}`);
    left -= length;
    if (left < 0 || (length === 0 && left > 0)) throw lost(path);
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

function lost(path: string): RuntimeError {
  return new RuntimeError("integrity", `cannot read ${JSON.stringify(shownName(path))}: it is not the file that was unpacked`);
}

function* pieces(directory: string): Generator<Piece> {
  for (const frame of readFrames(`${directory}/${FILE}`)) yield* piecesIn(frame);
}

function* piecesIn(frame: Buffer): Generator<Piece> {
  for (let at = 0; at < frame.length; ) {
    const tag = frame[at];
    if (tag === LITERAL) {
      const end = at + 5 + frame.readUInt32LE(at + 1);
      yield { is: "literal", bytes: frame.subarray(at + 5, end) };
      at = end;
    } else {
      const size = tag === CONTENT ? Number(frame.readBigUInt64LE(at + 1)) : 0;
      const start = at + (tag === CONTENT ? 11 : 3);
      const end = start + frame.readUInt16LE(start - 2);
      const path = frame.toString("latin1", start, end);
      yield tag === CONTENT ? { is: "content", path, size } : { is: "displaced", path };
      at = end;
    }
  }
}
