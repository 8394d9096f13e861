/** A layer's archive again, byte by byte, out of its files and the record of all else (archive-record.ts). */
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, tryRead } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile, readDirectory } from "../../sys/file/file.ts";
import { isZeroBetween, seekTo } from "../../sys/file/holes.ts";
import { shownName, tryOpenBeneath } from "../../sys/file/tree.ts";
import { parentOf } from "../form/entry-name.ts";
import { type Piece, REPLACED, readPieces } from "../write/archive-record.ts";

const BUFFER = 1024 * 1024;

/** Throws code "integrity" where the files cannot be those that the archive had. */
export function* rebuildArchive(directory: string): Generator<Uint8Array> {
  using diff = openFile(`${directory}/diff`, OPEN.path | OPEN.directory);
  using replaced = openFile(`${directory}/${REPLACED}`, OPEN.path | OPEN.directory);
  const moved = new Displacements(directory);
  for (const piece of readPieces(directory)) {
    if (piece.is === "literal") yield piece.bytes;
    else if (piece.is === "displaced") moved.pass();
    else {
      const aside = moved.find(piece.path);
      if (aside === undefined) yield* contentOf(diff, piece.path, piece);
      else yield* contentOf(replaced, aside, piece);
    }
  }
}

/** What was moved aside while the archive was read, and under which names. */
class Displacements {
  /** For each path the numbers of its displacements, in their order, and how many of them have been passed. */
  readonly #numbers = new Map<string, { readonly all: number[]; passed: number }>();
  #passed = 0;

  constructor(directory: string) {
    if ((readDirectory(`${directory}/${REPLACED}`) ?? []).length === 0) return;
    let number = 0;
    for (const piece of readPieces(directory)) {
      if (piece.is !== "displaced") continue;
      const known = this.#numbers.get(piece.path);
      if (known === undefined) this.#numbers.set(piece.path, { all: [number], passed: 0 });
      else known.all.push(number);
      number++;
    }
  }

  /** The archive has been rebuilt up to the next one. */
  pass(): void {
    this.#passed++;
  }

  /** The path in `replaced` of what stands at `path` in this part of the archive; undefined if nothing replaced it. */
  find(path: string): string | undefined {
    if (this.#numbers.size === 0) return undefined;
    let first: { readonly number: number; readonly at: string } | undefined;
    for (let at = path; at !== ""; at = parentOf(at)) {
      const number = this.#next(at);
      if (number !== undefined && (first === undefined || number < first.number)) first = { number, at };
    }
    return first && `${first.number}${path.slice(first.at.length)}`;
  }

  #next(path: string): number | undefined {
    const known = this.#numbers.get(path);
    if (known === undefined) return undefined;
    while ((known.all[known.passed] ?? Number.POSITIVE_INFINITY) < this.#passed) known.passed++;
    return known.all[known.passed];
  }
}

/** What is there is no regular file, or nothing is. */
const OTHER_KIND: readonly number[] = [-ERRNO.ENOENT, -ERRNO.ENOTDIR, -ERRNO.ELOOP, -ERRNO.EXDEV, -ERRNO.ENXIO];

type FilePiece = Extract<Piece, { is: "content" | "stretch" }>;

function* contentOf(root: Fd, path: string, piece: FilePiece): Generator<Uint8Array> {
  const opened = tryOpenBeneath(root.number, path, OPEN.read | OPEN.nonBlock);
  if (OTHER_KIND.includes(opened)) throw lost(path);
  check(opened, "openat2(2)", `open ${shownName(path)}`);
  using file = new Fd(opened);
  if (piece.is === "stretch") {
    const { offset, hole } = piece;
    if (!isZeroBetween(file.number, offset - hole, offset, shownName(path))) throw lost(path);
    seekTo(file.number, offset, shownName(path));
  }
  const isWhole = piece.is === "content";
  const buffer = new Uint8Array(Math.min(BUFFER, piece.size + 1));
  for (let left = piece.size; left > 0 || isWhole; ) {
    const most = isWhole ? buffer.length : Math.min(buffer.length, left);
    const length = check(tryRead(file.number, buffer.subarray(0, most)), "read(2)", `read ${shownName(path)}`);
    left -= length;
    if (left < 0 || (length === 0 && left > 0)) throw lost(path);
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

function lost(path: string): RuntimeError {
  return new RuntimeError("integrity", `cannot read ${JSON.stringify(shownName(path))}: it is not the file that was unpacked`);
}
