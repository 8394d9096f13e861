/** zstd data, by libzstd. zstd.h; RFC 8878. */
import { put64, u64 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { address } from "../../engine/memory.ts";
import { requireLibrary } from "../call/library.ts";
import type { Decompressor } from "./decompressor.ts";

const LEVEL = 3;

type Bound = ReturnType<typeof bind>;

let bound: Bound | undefined;

function bind() {
  const library = requireLibrary({
    purpose: "use zstd data",
    files: ["libzstd.so.1"],
    packages: "libzstd1 (Debian, Ubuntu), libzstd (Fedora) or zstd-libs (Alpine)",
  });
  return {
    open: library("ZSTD_createDStream", "pointer", []),
    close: library("ZSTD_freeDStream", "u64", ["pointer"]),
    decompressStream: library("ZSTD_decompressStream", "u64", ["pointer", "pointer", "pointer"]),
    isError: library("ZSTD_isError", "u32", ["u64"]),
    errorName: library("ZSTD_getErrorName", "text", ["u64"]),
    bound: library("ZSTD_compressBound", "u64", ["u64"]),
    compress: library("ZSTD_compress", "u64", ["pointer", "u64", "pointer", "u64", "i32"]),
    decompress: library("ZSTD_decompress", "u64", ["pointer", "u64", "pointer", "u64"]),
    contentSize: library("ZSTD_getFrameContentSize", "u64", ["pointer", "u64"]),
  };
}

/** Throws code "unsupported" on a machine without libzstd. */
function zstd(): Bound {
  bound ??= bind();
  return bound;
}

function checked(result: bigint): bigint {
  if (zstd().isError(result) === 0) return result;
  throw new RuntimeError("integrity", zstd().errorName(result) ?? "the data is damaged");
}

/** Windows of up to 128 MiB, as every decompressor has to take them. */
export class ZstdDecompressor implements Decompressor {
  readonly #library = zstd();
  readonly #stream: number;
  /** struct ZSTD_inBuffer and ZSTD_outBuffer: the address of bytes, their number, and how many of them are used. */
  readonly #input = new Uint8Array(24);
  readonly #output = new Uint8Array(24);
  used = 0;
  made = 0;
  isOver = false;

  constructor() {
    const stream = this.#library.open();
    if (stream === null) throw new RuntimeError("kernel", "cannot use zstd data: there is too little memory");
    this.#stream = stream;
  }

  step(input: Uint8Array, output: Uint8Array): void {
    putBuffer(this.#input, input);
    putBuffer(this.#output, output);
    const wanted = checked(this.#library.decompressStream(this.#stream, this.#output, this.#input));
    this.used = u64(this.#input, 16);
    this.made = u64(this.#output, 16);
    this.isOver = wanted === 0n;
  }

  /** The stream is ready for the next frame by itself. */
  reset(): void {
    this.isOver = false;
  }

  [Symbol.dispose](): void {
    this.#library.close(this.#stream);
  }
}

function putBuffer(buffer: Uint8Array, bytes: Uint8Array): void {
  put64(buffer, 0, address(bytes));
  put64(buffer, 8, bytes.length);
  put64(buffer, 16, 0);
}

/** One frame that says how much is in it. */
export function compressFrame(data: Uint8Array): Uint8Array {
  const { bound: boundFor, compress } = zstd();
  const frame = new Uint8Array(Number(boundFor(data.length)));
  return frame.subarray(0, Number(checked(compress(frame, frame.length, data, data.length, LEVEL))));
}

/** Of a whole frame that says how much is in it. Throws code "integrity" for anything else, and for more than `limit` bytes. */
export function decompressFrame(frame: Uint8Array, limit: number): Uint8Array {
  const { contentSize, decompress } = zstd();
  const size = contentSize(frame, frame.length); // huge if it is not known
  if (size > limit) throw new RuntimeError("integrity", "no frame of a size that is accepted");
  const data = new Uint8Array(Number(size));
  const length = Number(checked(decompress(data, data.length, frame, frame.length)));
  if (length === data.length) return data;
  throw new RuntimeError("integrity", "the frame is damaged");
}
