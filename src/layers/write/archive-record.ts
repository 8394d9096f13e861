/**
 * What is left of a layer's archive besides its files: with both, the very same archive can be put together again, so that a layer can be
 * checked against its digest without a second copy of its content.
 *
 *   archive.rec   frames, as in frame-file.ts
 *   frame         { 0, length u32, bytes }                              as they stand in the archive
 *                 { 1, size u64, length u16, path }                     the content of diff/<path>
 *                 { 2, length u16, path }                               what was at <path> is now replaced/<n>, n = 0, 1, …
 *                 { 3, size u64, offset u64, hole u64, length u16, path }   of diff/<path>: `size` bytes at `offset`, behind a hole that the archive has not
 */
import { latin1, put32, put64, putLatin1, putU16, u16, u32, u64 } from "../../base/bytes.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile, tryMakeDirectory } from "../../sys/file/file.ts";
import type { Stretch } from "../../sys/file/holes.ts";
import { FRAME, readFrames, writeFrame } from "../archive/frame-file.ts";
import type { ArchiveRecorder } from "./layer-writer.ts";

const FILE = "archive.rec";
/** Directory for files that later entries replaced. */
export const REPLACED = "replaced";
const LITERAL = 0;
const CONTENT = 1;
const DISPLACED = 2;
const STRETCH = 3;

export class ArchiveRecordWriter implements ArchiveRecorder, Disposable {
  readonly #file: Fd;
  readonly #replaced: Fd;
  readonly #frame = new Uint8Array(FRAME);
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
        put32(this.#frame, this.#literalAt, 0);
        this.#length += 5;
      }
      const size = Math.min(bytes.length - at, FRAME - this.#length);
      this.#frame.set(bytes.subarray(at, at + size), this.#length);
      this.#length += size;
      put32(this.#frame, this.#literalAt, this.#length - this.#literalAt - 4);
      at += size;
    }
  }

  content(path: string, size: number): void {
    this.#reserve(11 + path.length);
    this.#literalAt = -1;
    this.#frame[this.#length] = CONTENT;
    put64(this.#frame, this.#length + 1, size);
    this.#length += 9;
    this.#path(path);
  }

  stretch(path: string, { offset, length, hole }: Stretch & { readonly hole: number }): void {
    this.#reserve(27 + path.length);
    this.#literalAt = -1;
    this.#frame[this.#length] = STRETCH;
    for (const [i, value] of [length, offset, hole].entries()) put64(this.#frame, this.#length + 1 + 8 * i, value);
    this.#length += 25;
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
    putU16(this.#frame, this.#length, path.length);
    putLatin1(this.#frame, this.#length + 2, path);
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

export type Piece =
  | { readonly is: "literal"; readonly bytes: Uint8Array }
  | { readonly is: "content"; readonly path: string; readonly size: number }
  | { readonly is: "stretch"; readonly path: string; readonly size: number; readonly offset: number; readonly hole: number }
  | { readonly is: "displaced"; readonly path: string };

export function* readPieces(directory: string): Generator<Piece> {
  for (const frame of readFrames(`${directory}/${FILE}`)) yield* piecesIn(frame);
}

/** Bytes of the numbers between the tag and the path. */
const NUMBERS: Readonly<Record<number, number>> = { [CONTENT]: 8, [DISPLACED]: 0, [STRETCH]: 24 };

function* piecesIn(frame: Uint8Array): Generator<Piece> {
  for (let at = 0; at < frame.length; ) {
    const tag = frame[at] ?? 0;
    if (tag === LITERAL) {
      const end = at + 5 + u32(frame, at + 1);
      yield { is: "literal", bytes: frame.subarray(at + 5, end) };
      at = end;
    } else {
      const start = at + 3 + (NUMBERS[tag] ?? 0);
      const end = start + u16(frame, start - 2);
      const path = latin1(frame, start, end);
      const number = (i: number): number => u64(frame, at + 1 + 8 * i);
      if (tag === CONTENT) yield { is: "content", path, size: number(0) };
      else if (tag === STRETCH) yield { is: "stretch", path, size: number(0), offset: number(1), hole: number(2) };
      else yield { is: "displaced", path };
      at = end;
    }
  }
}
