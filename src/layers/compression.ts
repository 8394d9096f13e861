/** A layer's bytes as they come, hashed, and what they are uncompressed. The compression is told by the first bytes, never by a name. */
import type { Transform } from "node:stream";
import { concat } from "../base/bytes.ts";
import type { Digest } from "../base/digest.ts";
import { RuntimeError } from "../base/errors.ts";
import { Sha256 } from "../sys/hash.ts";
import { ZstdFrames } from "./zstd-frames.ts";

/** A stream of which a decompressor may leave something behind its end, for `readToEnd`. */
export class LayerSource {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #hash: Sha256 | undefined;
  #size = 0;
  /** Whether `uncompressed` yields other bytes than come in; known with its first chunk. */
  isCompressed = false;

  /** `isHashed`: hashing takes as long as writing, and streams that end well only if they are what they should be need none. */
  constructor(source: AsyncIterable<Uint8Array>, { isHashed = false } = {}) {
    this.#source = source[Symbol.asyncIterator]();
    this.#hash = isHashed ? new Sha256() : undefined;
  }

  /** The next chunk, or undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#source.next();
    if (done) return undefined;
    this.#hash?.update(value);
    this.#size += value.length;
    return value;
  }

  /** Size of everything, and its digest if it was hashed. Once, after the last chunk that a decompressor took. */
  async readToEnd(): Promise<{ digest: Digest | undefined; size: number }> {
    while ((await this.next()) !== undefined);
    return { digest: this.#hash?.digest(), size: this.#size };
  }

  /** Tells the source that nothing more is wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/** Enough to tell all compressions apart. */
const MAGIC_SIZE = 6;
const CHUNK = 2 * 1024 * 1024;
/** It goes on as long as no more than that waits for the caller. */
const DECOMPRESSION = { chunkSize: CHUNK, highWaterMark: 2 * CHUNK } as const;

/** The uncompressed bytes of a source. Throws code "integrity" for damage, "unsupported" for other compressions. */
export async function* uncompressed(source: LayerSource): AsyncGenerator<Uint8Array> {
  const first = await readFirst(source);
  const decompressor = await decompressorFor(first);
  source.isCompressed = decompressor !== undefined;
  if (decompressor === undefined) yield* rest(source, first);
  else yield* through(decompressor, isZstd(first) ? wholeFrames(rest(source, first)) : rest(source, first));
}

async function readFirst(source: LayerSource): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < MAGIC_SIZE) {
    const chunk = await source.next();
    if (chunk === undefined) return first;
    first = first.length === 0 ? chunk : concat([first, chunk]);
  }
  return first;
}

async function* rest(source: LayerSource, first: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let chunk: Uint8Array | undefined = first; chunk !== undefined; chunk = await source.next()) {
    if (chunk.length > 0) yield chunk;
  }
}

const REFUSED = [
  { name: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: "bzip2", magic: [0x42, 0x5a, 0x68] },
] as const;

/** node:zlib costs three milliseconds, which the start of a container need not pay. */
async function decompressorFor(first: Uint8Array): Promise<Transform | undefined> {
  const { createGunzip, createZstdDecompress } = await import("node:zlib");
  if (startsWith(first, [0x1f, 0x8b])) return createGunzip(DECOMPRESSION);
  if (isZstd(first)) return createZstdDecompress(DECOMPRESSION);
  const refused = REFUSED.find(({ magic }) => startsWith(first, magic));
  if (refused === undefined) return undefined;
  throw new RuntimeError("unsupported", `cannot uncompress the layer: ${refused.name} is not supported; gzip, zstd and no compression are`);
}

/** zstd allows frames of other data, also in front. */
function isZstd(first: Uint8Array): boolean {
  const isSkippableFrame = ((first[0] ?? 0) & 0xf0) === 0x50 && startsWith(first.subarray(1), [0x2a, 0x4d, 0x18]);
  return isSkippableFrame || startsWith(first, [0x28, 0xb5, 0x2f, 0xfd]);
}

/** The decompressor of gzip says by itself that its data ends too early. */
async function* wholeFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const frames = new ZstdFrames();
  for await (const chunk of source) {
    frames.push(chunk);
    yield chunk;
  }
  if (!frames.isComplete) throw new RuntimeError("integrity", "cannot uncompress the layer: its zstd data ends too early");
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** The decompressor works in a thread of its own while the caller deals with the chunk before. */
async function* through(decompressor: Transform, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  feed(decompressor, source).catch((error: Error) => {
    failure = error;
    decompressor.destroy(error);
  });
  try {
    for await (const chunk of decompressor) yield chunk;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof RuntimeError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError("integrity", `cannot uncompress the layer: ${reason}`, { cause: error });
  }
}

/** Chunks that it has been given at a time: it begins with a waiting one by itself, before anybody is told of the last one's end. */
const GIVEN = 3;

async function feed(decompressor: Transform, source: AsyncIterable<Uint8Array>): Promise<void> {
  const given: Promise<void>[] = [];
  for await (const chunk of source) {
    given.push(give(decompressor, chunk));
    if (given.length >= GIVEN) await given.shift();
    if (decompressor.destroyed) return; // at the end of the compressed data, or since nobody wants the rest
  }
  decompressor.end();
}

/** Resolves when the decompressor has used it up, or will not. What is wrong with it is told to who reads. */
function give(decompressor: Transform, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    decompressor.write(chunk, () => resolve());
  });
}
