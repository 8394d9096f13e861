/** The bytes of a file, a part of it, or a pipe, as a stream that fails as every other access to files does: by RuntimeError. */
import { type Bytes, concat } from "../../base/bytes.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { tryRead } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { seekTo } from "../../sys/file/holes.ts";
import { poll } from "../../sys/process/poll.ts";
import type { Segment } from "../../tar/sparse.ts";

const CHUNK = 256 * 1024;
const STDIN = 0;

/** A part of a file. */
export interface Extent {
  readonly offset: number;
  readonly size: number;
  /** If it has holes, the part has only these of `size` bytes, one behind the other. */
  readonly sparse?: readonly Segment[];
}

/** With an extent, no more than that; less where the file ends before. A chunk is valid until the next one. */
export function* readChunks(path: string, extent?: Extent): Generator<Uint8Array, void> {
  using fd = openFile(path, OPEN.read);
  if (extent !== undefined) seekTo(fd.number, extent.offset, path);
  if (extent?.sparse === undefined) return yield* chunksOf(fd.number, path, extent?.size ?? Number.POSITIVE_INFINITY);
  let at = 0;
  for (const { offset, length } of extent.sparse) {
    yield* zeros(offset - at);
    yield* chunksOf(fd.number, path, length);
    at = offset + length;
  }
  yield* zeros(extent.size - at);
}

/** Leaves it open. */
export function readStandardInput(): Generator<Uint8Array, void> {
  return chunksOf(STDIN, "standard input", Number.POSITIVE_INFINITY);
}

/** All of a stream in one piece. */
export function collect(stream: Iterable<Uint8Array>): Bytes {
  const pieces: Uint8Array[] = [];
  for (const chunk of stream) pieces.push(chunk.slice());
  return concat(pieces);
}

function* zeros(length: number): Generator<Uint8Array, void> {
  const zeros = new Uint8Array(Math.min(CHUNK, length));
  for (let left = length; left > 0; left -= CHUNK) yield zeros.subarray(0, Math.min(CHUNK, left));
}

function* chunksOf(fd: number, what: string, limit: number): Generator<Uint8Array, void> {
  const buffer = new Uint8Array(Math.min(CHUNK, limit));
  for (let left = limit; left > 0; ) {
    const got = tryRead(fd, left < buffer.length ? buffer.subarray(0, left) : buffer);
    if (got === -ERRNO.EAGAIN) {
      poll([{ fd, want: "read" }], -1);
      continue;
    }
    check(got, "read(2)", `read ${what}`);
    if (got === 0) return;
    left -= got;
    yield buffer.subarray(0, got);
  }
}
