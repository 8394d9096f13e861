/**
 * Brings layers into the store: as blobs, and unpacked. A blob is believed only when its own bytes have been read, and are those of its digest and
 * of the content that the config names, whether blob or layer were there before or not.
 */
import { concat } from "../base/bytes.ts";
import type { Digest } from "../base/digest.ts";
import { duringAll, RuntimeError } from "../base/errors.ts";
import { LayerSource, uncompressed } from "../layers/compression.ts";
import type { LayerRequest, StoredLayer } from "../layers/store.ts";
import { Sha256 } from "../sys/hash.ts";
import type { Adding, BlobSource } from "./adding.ts";
import { type Blob, type BlobWriter, requireNoLonger } from "./blobs.ts";
import type { Image } from "./image.ts";
import type { Descriptor } from "./manifest.ts";
import { type Compression, compressionOf, layerMediaType, MAGIC_SIZE } from "./media-types.ts";
import { sizeOfAll, told } from "./progress.ts";

/** Every layer as a blob, and unpacked. Returns how many were unpacked now. */
export async function addLayers(adding: Adding, source: BlobSource, { manifest, config }: Image): Promise<number> {
  let parent: Digest | undefined;
  let written = 0;
  for (const blob of manifest.layers) if (!adding.store.blobs.has(blob)) source.requireSize(blob); // before anything is copied
  adding.progress.expect(sizeOfAll(manifest.layers));
  for (const [i, blob] of manifest.layers.entries()) {
    const diffId = config.diffIds[i];
    if (diffId === undefined)
      throw new RuntimeError("integrity", `cannot add layer ${blob.digest}: the config has no content digest for it`);
    const request = { diffId, ...(parent === undefined ? {} : { parent }) };
    adding.progress.begin(`layer ${i + 1} of ${manifest.layers.length}`, blob.size);
    const layer = await addLayer(adding, source, { blob, request });
    adding.progress.end();
    parent = layer.record.chainId;
    if (layer.written) written++;
  }
  return written;
}

interface LayerToAdd {
  readonly blob: Blob;
  readonly request: LayerRequest & { readonly diffId: Digest };
}

function addLayer(adding: Adding, source: BlobSource, { blob, request }: LayerToAdd): Promise<StoredLayer> {
  return duringAll(`cannot add layer ${blob.digest}`, blob.digest, () =>
    addBlob(adding, source, blob, (stream) => putLayer(adding, stream, { blob, request })),
  );
}

/**
 * Copies a blob into the store, if it is not there, and hands it to `use` on the way; `use` may leave bytes unread. A copy in the store that turns
 * out to be damaged is replaced.
 */
export async function addBlob<T>(
  { store, additions, progress }: Adding,
  source: BlobSource,
  blob: Blob,
  use: (stream: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  using _ = store.blobs.lockBlob(blob.digest); // of several writers one copies, and the others find the blob
  additions.blobs.add(blob.digest);
  if (store.blobs.has(blob)) {
    try {
      return await use(told(store.blobs.read(blob), progress));
    } catch (error) {
      if (await store.blobs.isIntact(blob)) throw error;
      source.requireSize(blob);
    }
  }
  using writer = store.blobs.writer();
  const copying = copied(told(source.read(blob), progress), writer, blob);
  const used = await use(withoutReturn(copying));
  await drain(copying);
  writer.finish(blob);
  return used;
}

/** Unpacks a layer. One that is there already is not taken for the blob: what the blob has inside is compared all the same, but once in an import. */
async function putLayer(
  { store, additions, warn }: Adding,
  stream: AsyncIterable<Uint8Array>,
  { blob, request }: LayerToAdd,
): Promise<StoredLayer> {
  const layer = await store.layers.put({ ...request, below: additions.below, warn }, stream);
  additions.layers.add(layer.record.chainId);
  const { diffId } = request;
  if (!layer.isRead && !additions.hasContent(blob.digest, diffId)) await requireContent(stream, diffId);
  additions.noteContent(blob.digest, diffId);
  return layer;
}

/** Reads to the end. Throws "integrity" if what is inside is not `diffId`. */
export async function requireContent(stream: AsyncIterable<Uint8Array>, diffId: Digest): Promise<void> {
  const hash = new Sha256();
  const source = new LayerSource(stream);
  for await (const chunk of uncompressed(source)) hash.update(chunk);
  await source.readToEnd(); // what stands behind the end of compressed data counts for the blob's digest
  const found = hash.digest();
  if (found !== diffId) throw new RuntimeError("integrity", `its content is ${found}, not ${diffId}`);
}

export interface NewLayer {
  readonly descriptor: Descriptor;
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly written: boolean;
}

/** A layer whose digest is not known before it has been read. It becomes a blob as it is, compressed or not. */
export async function addLayerOf(adding: Adding, stream: AsyncIterable<Uint8Array>, request: LayerRequest): Promise<NewLayer> {
  const { store, additions, progress, warn } = adding;
  using writer = store.blobs.writer();
  const compression = { found: "none" as Compression };
  const copying = copied(told(sniffed(stream, compression), progress), writer);
  const layer = await store.layers.put({ ...request, below: additions.below, warn }, withoutReturn(copying));
  additions.layers.add(layer.record.chainId);
  if (!layer.isRead && request.diffId !== undefined) await requireContent(withoutReturn(copying), request.diffId);
  await drain(copying);
  const blob = await store.blobs.finish(writer);
  additions.blobs.add(blob.digest);
  const { chainId, diffId } = layer.record;
  return { descriptor: { mediaType: layerMediaType(compression.found), ...blob }, chainId, diffId, written: layer.written };
}

/** A stream becomes a blob, and nothing else. */
export async function addBlobOf({ store, additions, progress }: Adding, stream: AsyncIterable<Uint8Array>): Promise<Blob> {
  using writer = store.blobs.writer();
  await drain(copied(told(stream, progress), writer));
  const blob = await store.blobs.finish(writer);
  additions.blobs.add(blob.digest);
  return blob;
}

/** Passes `stream` on and writes it down. Rejects with "integrity" if it is not `expected`: as soon as it is longer, else at its end. */
async function* copied(
  stream: AsyncIterable<Uint8Array>,
  writer: BlobWriter,
  expected?: Blob,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stream) {
    writer.write(chunk);
    if (expected !== undefined) requireNoLonger(writer.size, expected);
    yield chunk;
  }
  if (expected !== undefined) writer.require(expected);
}

/** The same chunks, but who stops reading early leaves the rest to be read by others. */
function withoutReturn(stream: AsyncGenerator<Uint8Array, void, undefined>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) };
}

/** Reads to the end. */
async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

/** Passes `stream` on and finds out by its first bytes how it is compressed. */
async function* sniffed(
  stream: AsyncIterable<Uint8Array>,
  compression: { found: Compression },
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of stream) {
    if (head !== undefined) {
      head = concat([head, chunk.subarray(0, MAGIC_SIZE)]);
      compression.found = compressionOf(head);
      if (head.length >= MAGIC_SIZE) head = undefined;
    }
    yield chunk;
  }
}
