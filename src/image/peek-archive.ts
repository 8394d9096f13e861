/** Tells by its beginning whether an archive may hold an image, or is a root filesystem itself. */
import { RuntimeError } from "../base/errors.ts";
import { LayerSource, uncompressed } from "../layers/compression.ts";
import { BLOCK, decodeHeader, isZeroBlock } from "../tar/header.ts";
import { type Compression, compressionOf } from "./media-types.ts";

/** More than a block of any compression, which comes out as a whole. */
const ENOUGH = 256 * 1024;

export interface PeekedArchive {
  readonly compression: Compression;
  /** False if what it begins with is part of no image archive. */
  readonly mayBeImage: boolean;
  /** All of it, from the first byte. */
  readonly stream: AsyncGenerator<Uint8Array, void, undefined>;
}

export async function peekArchive(stream: AsyncIterable<Uint8Array>, origin: string): Promise<PeekedArchive> {
  const source = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    chunks.push(next.value);
    length += next.value.length;
    if (length >= ENOUGH) break;
  }
  const head = Buffer.concat(chunks);
  if (head.length === 0) throw new RuntimeError("integrity", `cannot import ${origin}: it is empty`);
  return {
    compression: compressionOf(head),
    mayBeImage: isImageFile(firstName(await uncompressedHead(head), origin)),
    stream: resumed(head, source),
  };
}

async function* resumed(head: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield head;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/** What comes out of compressed data that ends early is enough, if it is something. */
async function uncompressedHead(head: Uint8Array): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of uncompressed(new LayerSource(once(head)))) chunks.push(chunk);
  } catch (error) {
    if (chunks.length === 0) throw error;
  }
  return Buffer.concat(chunks);
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield chunk;
}

/** The first name that says something: "./" does not. Empty if there is none so near the beginning. */
function firstName(head: Buffer, origin: string): string {
  for (let at = 0; at + BLOCK <= head.length && !isZeroBlock(head, at); ) {
    const { name, size, type } = decodedHeader(head, at, origin);
    const clean = name.replace(/^(?:\.?\/)+/, "");
    if (clean !== "" && clean !== "." && !"LKxg".includes(type)) return clean;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (head.length < BLOCK) throw new RuntimeError("integrity", `cannot import ${origin}: it is no tar archive`);
  return "";
}

function decodedHeader(head: Buffer, at: number, origin: string) {
  try {
    return decodeHeader(head, at);
  } catch (cause) {
    if (!(cause instanceof RuntimeError)) throw cause;
    throw new RuntimeError("integrity", `cannot import ${origin}: it is no tar archive, nor one compressed by gzip or zstd`, { cause });
  }
}

/** The files of image archives, and nothing that a root filesystem begins with. */
function isImageFile(name: string): boolean {
  return /^(?:|blobs(?:\/.*)?|oci-layout|index\.json|manifest\.json|repositories|[0-9a-f]{64}(?:\.json|\.tar|\/.*)?)$/.test(name);
}
