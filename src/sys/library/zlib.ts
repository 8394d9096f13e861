/** gzip data uncompressed, by zlib. zlib.h; RFC 1952. */
import { put32, put64, u32, u64 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { address, readText } from "../../engine/memory.ts";
import { requireLibrary } from "../call/library.ts";
import type { Decompressor } from "./decompressor.ts";

/** struct z_stream: next_in at 0, avail_in 8, next_out 24, avail_out 32, msg 48. */
const STREAM_SIZE = 112;
/** The largest window, and a gzip header and trailer around the data. */
const GZIP = 15 + 16;
/** zlib compares the first digit only, and the size of the structure. */
const VERSION = "1";

const Z_OK = 0;
const Z_STREAM_END = 1;
const Z_DATA_ERROR = -3;
const Z_BUF_ERROR = -5;
const Z_NO_FLUSH = 0;

type Bound = ReturnType<typeof bind>;

let bound: Bound | undefined;

function bind() {
  const library = requireLibrary({
    purpose: "uncompress gzip data",
    files: ["libz.so.1"],
    packages: "zlib1g (Debian, Ubuntu) or zlib (Fedora, Alpine)",
  });
  return {
    init: library("inflateInit2_", "i32", ["pointer", "i32", "pointer", "i32"]),
    inflate: library("inflate", "i32", ["pointer", "i32"]),
    reset: library("inflateReset", "i32", ["pointer"]),
    end: library("inflateEnd", "i32", ["pointer"]),
  };
}

export class GzipDecompressor implements Decompressor {
  readonly #library: Bound;
  readonly #stream = new Uint8Array(STREAM_SIZE);
  used = 0;
  made = 0;
  isOver = false;

  /** Throws code "unsupported" on a machine without zlib. */
  constructor() {
    bound ??= bind();
    this.#library = bound;
    this.#require(this.#library.init(this.#stream, GZIP, VERSION, STREAM_SIZE));
  }

  step(input: Uint8Array, output: Uint8Array): void {
    const stream = this.#stream;
    put64(stream, 0, address(input));
    put32(stream, 8, input.length);
    put64(stream, 24, address(output));
    put32(stream, 32, output.length);
    const result = this.#library.inflate(stream, Z_NO_FLUSH);
    this.used = input.length - u32(stream, 8);
    this.made = output.length - u32(stream, 32);
    this.isOver = result === Z_STREAM_END;
    if (!this.isOver && result !== Z_BUF_ERROR) this.#require(result); // that one says only that nothing could be done
  }

  reset(): void {
    this.isOver = false;
    this.#require(this.#library.reset(this.#stream));
  }

  #require(result: number): void {
    if (result === Z_OK) return;
    if (result !== Z_DATA_ERROR) throw new RuntimeError("kernel", `zlib refuses to go on (${result}): there may be too little memory`);
    const reason = u64(this.#stream, 48);
    throw new RuntimeError("integrity", reason === 0 ? "the data is damaged" : readText(reason));
  }

  [Symbol.dispose](): void {
    this.#library.end(this.#stream);
  }
}
