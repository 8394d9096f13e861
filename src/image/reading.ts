/** A stream of bytes that is read once: as it comes, or uncompressed. */
import { type Compression, compressionOf, type Head, MAGIC_SIZE, readHead, rest, uncompressed } from "../layers/compression.ts";
import { type Progress, told } from "./progress.ts";

/** `R` is what the stream has to say at its end. */
export class Reading<R = void> implements Disposable {
  readonly #source: Generator<Uint8Array, R>;
  #head: Head<R> | undefined;
  #end: { readonly value: R } | undefined;

  /** Closes `source` when it is disposed of. */
  constructor(source: Generator<Uint8Array, R>, progress: Progress) {
    this.#source = told(source, progress);
  }

  /** By the first bytes. */
  get compression(): Compression {
    return compressionOf(this.#begin().bytes);
  }

  /** Whether there is nothing in it. */
  get isEmpty(): boolean {
    return this.#begin().bytes.length === 0;
  }

  /** The bytes in pieces, each valid until the next one. */
  *bytes(): Generator<Uint8Array> {
    this.#end = { value: yield* rest(this.#begin(), this.#source) };
  }

  /** The same uncompressed, whatever the compression. Reads to the end. Throws as `uncompressed` does. */
  *content(): Generator<Uint8Array> {
    this.#end = { value: yield* uncompressed(rest(this.#begin(), this.#source)) };
  }

  /** What the stream says at its end. If nobody has begun to read it, that is done now. */
  finish(): R {
    if (this.#end === undefined) for (const _ of this.bytes());
    if (this.#end === undefined) throw new Error("a stream without an end has ended");
    return this.#end.value;
  }

  #begin(): Head<R> {
    this.#head ??= readHead(this.#source, MAGIC_SIZE);
    return this.#head;
  }

  [Symbol.dispose](): void {
    this.#source.return(undefined as R);
  }
}
