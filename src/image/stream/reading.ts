/** A stream of bytes that is read once: as it comes, or uncompressed, which a child process does beside us if it is much. */
import type { Digest } from "../../base/digest.ts";
import { type Compression, compressionOf, type Head, readHead, rest, uncompressed } from "../../layers/archive/compression.ts";
import { Sha256 } from "../../sys/library/hash.ts";
import { type Work, workBeside } from "../../sys/process/worker.ts";
import type { Progress } from "./progress.ts";

/** What is no longer is uncompressed faster than a process begins. */
const SMALL = 256 * 1024;

/** `R` is what the stream has to say at its end, in JSON: whoever read it may have been the child. */
export class Reading<R = void> implements Disposable {
  readonly #source: Generator<Uint8Array, R>;
  readonly #progress: Progress;
  #head: Head<R> | undefined;
  #end: { readonly value: R } | undefined;

  /** Closes `source` when it is disposed of. */
  constructor(source: Generator<Uint8Array, R>, progress: Progress) {
    this.#source = source;
    this.#progress = progress;
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
  *bytes(): Generator<Uint8Array, void> {
    this.#end = { value: yield* this.#all((length) => this.#progress.advance(length)) };
  }

  /** The same uncompressed, whatever the compression. Reads to the end. Throws as `uncompressed` does. */
  *content(): Generator<Uint8Array, void> {
    this.#end = { value: yield* this.#beside(() => this.#uncompress()) };
  }

  /** Reads all of the content. */
  contentDigest(): Digest {
    const { value: end, done } = this.#beside(() => digested(this.#uncompress())).next();
    if (!done) throw new Error("bytes where there should be none");
    this.#end = { value: end.value };
    return end.digest;
  }

  /** The bytes that the work yields. It is done by a child if it is much. */
  *#beside<T>(work: () => Work<T>): Generator<Uint8Array, T> {
    const isShort = this.compression === "none" || this.#begin().end !== undefined;
    const running = isShort ? work() : workBeside("uncompress the layer", work);
    try {
      for (;;) {
        const { value, done } = running.next();
        if (done) return value;
        if (typeof value === "number") this.#progress.advance(value);
        else yield value;
      }
    } finally {
      running.return(undefined as T);
    }
  }

  /** What the stream says at its end. If nobody has begun to read it, that is done now. */
  finish(): R {
    if (this.#end === undefined) for (const _ of this.bytes());
    if (this.#end === undefined) throw new Error("a stream without an end has ended");
    return this.#end.value;
  }

  /** The content, and how many bytes of the stream it took. */
  *#uncompress(): Work<R> {
    let used = 0;
    const content = uncompressed(this.#all((length) => (used += length)));
    try {
      for (;;) {
        const { value, done } = content.next();
        if (used > 0) yield used;
        used = 0;
        if (done) return value;
        yield value;
      }
    } finally {
      content.return(undefined as R);
    }
  }

  *#all(use: (length: number) => void): Generator<Uint8Array, R> {
    const all = rest(this.#begin(), this.#source);
    for (;;) {
      const { value, done } = all.next();
      if (done) return value;
      use(value.length);
      yield value;
    }
  }

  #begin(): Head<R> {
    this.#head ??= readHead(this.#source, SMALL + 1);
    return this.#head;
  }

  [Symbol.dispose](): void {
    this.#source.return(undefined as R);
  }
}

interface Hashed<R> {
  readonly value: R;
  readonly digest: Digest;
}

/** The same work without its bytes; with what it returns, their digest. */
function* digested<R>(work: Work<R>): Work<Hashed<R>> {
  const hash = new Sha256();
  try {
    for (;;) {
      const { value, done } = work.next();
      if (done) return { value, digest: hash.digest() };
      if (typeof value === "number") yield value;
      else hash.update(value);
    }
  } finally {
    work.return(undefined as R);
  }
}
