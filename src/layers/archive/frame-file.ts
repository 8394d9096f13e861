/**
 * A file of any length, written and read a piece at a time:
 *
 *   { length u32, zstd frame of `length` bytes }…     numbers are little-endian
 */
import { concat, put32, u32 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { type Fd, readInto, writeAll } from "../../sys/call/fd.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { compressFrame, decompressFrame } from "../../sys/library/zstd.ts";

/** Uncompressed, for writers. */
export const FRAME = 1024 * 1024;
/** What cannot be compressed grows by some bytes. */
const LARGEST = 2 * FRAME;
/** The last line of a list may have a long name and many attributes. */
const LARGEST_CONTENT = 8 * FRAME;

export function writeFrame(file: Fd, data: Uint8Array, path: string): void {
  const frame = compressFrame(data);
  const length = new Uint8Array(4);
  put32(length, 0, frame.length);
  writeAll(file.number, concat([length, frame]), path);
}

/** The frames' content. Throws code "integrity" for a file that is cut short or damaged. */
export function* readFrames(path: string): Generator<Uint8Array> {
  using file = openFile(path, OPEN.read);
  const header = new Uint8Array(4);
  for (;;) {
    const started = readInto(file.number, header, path);
    if (started === 0) return;
    const length = u32(header, 0);
    const frame = new Uint8Array(Math.min(length, LARGEST));
    if (started < header.length || length > LARGEST || readInto(file.number, frame, path) < length) {
      throw new RuntimeError("integrity", `cannot read ${path}: it is cut short or damaged`);
    }
    yield decompressed(frame, path);
  }
}

function decompressed(frame: Uint8Array, path: string): Uint8Array {
  try {
    return decompressFrame(frame, LARGEST_CONTENT);
  } catch (cause) {
    if (!(cause instanceof RuntimeError) || cause.code !== "integrity") throw cause;
    throw new RuntimeError("integrity", `cannot read ${path}: it is damaged`, { cause });
  }
}
