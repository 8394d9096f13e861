/** A stream of bytes that is read once: as it comes, or uncompressed, which a child process does beside us if it is much. */
import type { Digest } from "../../base/digest.ts";
import { type Compression, compressionOf, type Head, readHead, rest, uncompressed } from "../../layers/archive/compression.ts";
import type { LayerArchive } from "../../layers/archive/layer-archive.ts";
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

  /** The content with its digest, which is computed where it is uncompressed. */
  archive(): Required<LayerArchive> {
    const found: { digest?: Digest } = {};
    const digest = (): Digest => {
      if (found.digest === undefined) throw new Error("the digest of an archive is asked for before its end");
      return found.digest;
    };
    return { [Symbol.iterator]: () => this.#hashedInto(found), digest };
  }

  *#hashedInto(found: { digest?: Digest }): Generator<Uint8Array, void> {
    const { value, digest } = yield* this.#beside(() => hashed(this.#uncompress()));
    this.#end = { value };
    found.digest = digest;
  }

  /** Reads all of the content. */
  contentDigest(): Digest {
    const { value: end, done } = this.#beside(() => withoutBytes(hashed(this.#uncompress()))).next();
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

/** The same work; with what it returns, the digest of the bytes that it yields. */
function* hashed<R>(work: Work<R>): Work<Hashed<R>> {
  const hash = new Sha256();
  const value = yield* passing(work, (bytes) => {
    hash.update(bytes);
    return true;
  });
  return { value, digest: hash.digest() };
}

function withoutBytes<R>(work: Work<R>): Work<R> {
  return passing(work, () => false);
}

/** The same work, of whose bytes only those come out that `passes` takes. */
function* passing<R>(work: Work<R>, passes: (bytes: Uint8Array) => boolean): Work<R> {
  try {
    for (;;) {
      const { value, done } = work.next();
      if (done) return value;
      if (typeof value === "number" || passes(value)) yield value;
    }
  } finally {
    work.return(undefined as R);
  }
}
