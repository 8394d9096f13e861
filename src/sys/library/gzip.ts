/** gzip data uncompressed, by the fastest library that the machine has. RFC 1952. */
import { RuntimeError } from "../../base/errors.ts";
import type { Decompressor } from "./decompressor.ts";
import { isalDecompressor } from "./isal.ts";
import { GzipDecompressor } from "./zlib.ts";

/** Two bytes by which a member is known, the method, flags. */
const HEAD = 4;
const FLAGS = 3;
/** The header has a checksum: ISA-L 2.30 takes it for wrong if the header comes in pieces. */
const HAS_CHECKSUM = 2;
/** Nobody has defined these, and ISA-L does not look at them. */
const UNKNOWN = 0xe0;

/** Each member by the library that suits it. */
class GzipMembers implements Decompressor {
  readonly #fast = isalDecompressor();
  #usual: Decompressor | undefined;
  #library: Decompressor | undefined;
  readonly #head = new Uint8Array(HEAD);
  #position = 0;
  used = 0;
  made = 0;
  isOver = false;

  step(input: Uint8Array, output: Uint8Array): void {
    if (this.#library === undefined) {
      this.#collect(input);
      return;
    }
    this.#library.step(input, output);
    ({ used: this.used, made: this.made, isOver: this.isOver } = this.#library);
  }

  #collect(input: Uint8Array): void {
    const part = input.subarray(0, HEAD - this.#position);
    this.#head.set(part, this.#position);
    this.#position += part.length;
    this.used = part.length;
    this.made = 0;
    if (this.#position === HEAD) this.#begin();
  }

  #begin(): void {
    const flags = this.#head[FLAGS] ?? 0;
    const library = this.#libraryFor(flags);
    library.reset();
    library.step(this.#head, new Uint8Array(1)); // of which nothing comes out yet
    this.#library = library;
    if ((flags & UNKNOWN) !== 0) throw new RuntimeError("integrity", "incorrect header check");
  }

  #libraryFor(flags: number): Decompressor {
    if (this.#fast !== undefined && (flags & HAS_CHECKSUM) === 0) return this.#fast;
    this.#usual ??= new GzipDecompressor();
    return this.#usual;
  }

  reset(): void {
    this.isOver = false;
    this.#library = undefined;
    this.#position = 0;
  }

  [Symbol.dispose](): void {
    this.#fast?.[Symbol.dispose]();
    this.#usual?.[Symbol.dispose]();
  }
}

/** Throws code "unsupported", when it is first used, on a machine without any. */
export function gzipDecompressor(): Decompressor {
  return new GzipMembers();
}
