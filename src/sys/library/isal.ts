/**
 * gzip data uncompressed by ISA-L, twice as fast as by zlib, where the machine has it. igzip_lib.h; RFC 1952.
 *
 * Its structure is for the caller to make, and no function tells its size or version. So the library is tried on data that are known before it is
 * used, in more memory than it needs.
 */
import { latin1, latin1Bytes, put32, put64, u32 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { openLibrary } from "../../engine/foreign.ts";
import { address } from "../../engine/memory.ts";
import type { Decompressor } from "./decompressor.ts";

/** struct inflate_state has 87,368 bytes: next_out at 0, avail_out 8, next_in 16, avail_in 32, block_state 21160, crc_flag 21172. */
const STATE_SIZE = 128 * 1024;
const BLOCK_STATE = 21_160;
const CRC_FLAG = 21_172;

/** ISAL_BLOCK_FINISH: all is out, and what it is checked against was right. */
const FINISHED = 5;
/** ISAL_GZIP: with header and checksums. */
const GZIP = 1;
/** ISAL_INVALID_WRAPPER and the like, in zlib's words. */
const REASONS: Readonly<Record<number, string>> = {
  [-4]: "incorrect header check",
  [-5]: "unknown compression method",
  [-6]: "incorrect data check, or incorrect length check",
};

type Bound = ReturnType<typeof bind>;

/** null = it is not there, or is another one than we know. */
let bound: Bound | null | undefined;

function bind() {
  const library = openLibrary("libisal.so.2");
  return {
    init: library("isal_inflate_init", "void", ["pointer"]),
    inflate: library("isal_inflate", "i32", ["pointer"]),
    reset: library("isal_inflate_reset", "void", ["pointer"]),
  };
}

/** undefined on a machine without it. */
export function isalDecompressor(): Decompressor | undefined {
  bound ??= tryBind();
  return bound === null ? undefined : new IsalDecompressor(bound);
}

function tryBind(): Bound | null {
  try {
    const library = bind();
    return isKnown(library) ? library : null;
  } catch {
    return null;
  }
}

/** "lamina". */
const SAMPLE = latin1Bytes("\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcbI\xcc\xcd\xccK\x04\0\xe9\xf8'%\x06\0\0\0");

/** Whether a sample becomes what it should, and is refused with another checksum. */
function isKnown(library: Bound): boolean {
  const output = new Uint8Array(64);
  const good = new IsalDecompressor(library);
  good.step(SAMPLE, output);
  if (!good.isOver || good.used !== SAMPLE.length || latin1(output, 0, good.made) !== "lamina") return false;
  const damaged = SAMPLE.slice();
  damaged.fill(0, damaged.length - 8, damaged.length - 4);
  try {
    new IsalDecompressor(library).step(damaged, output);
    return false;
  } catch {
    return true;
  }
}

class IsalDecompressor implements Decompressor {
  readonly #library: Bound;
  readonly #state = new Uint8Array(STATE_SIZE);
  used = 0;
  made = 0;
  isOver = false;

  constructor(library: Bound) {
    this.#library = library;
    library.init(this.#state);
    put32(this.#state, CRC_FLAG, GZIP);
  }

  step(input: Uint8Array, output: Uint8Array): void {
    const state = this.#state;
    put64(state, 0, address(output));
    put32(state, 8, output.length);
    put64(state, 16, address(input));
    put32(state, 32, input.length);
    const result = this.#library.inflate(state);
    if (result < 0) throw new RuntimeError("integrity", REASONS[result] ?? "the data is damaged");
    this.used = input.length - u32(state, 32);
    this.made = output.length - u32(state, 8);
    this.isOver = u32(state, BLOCK_STATE) === FINISHED;
  }

  reset(): void {
    this.isOver = false;
    this.#library.reset(this.#state);
    put32(this.#state, CRC_FLAG, GZIP);
  }

  [Symbol.dispose](): void {}
}
