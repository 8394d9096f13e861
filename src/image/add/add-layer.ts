/**
 * Brings layers into the store: as blobs, and unpacked. A blob is believed only when its own bytes have been read, and are those of its digest and
 * of the content that the config names, whether blob or layer were there before or not.
 */
import type { Digest } from "../../base/digest.ts";
import { duringAll, RuntimeError } from "../../base/errors.ts";
import type { LayerRequest, StoredLayer } from "../../layers/store/store.ts";
import type { Descriptor } from "../format/manifest.ts";
import { layerMediaType } from "../format/media-types.ts";
import { type Blob, type BlobWriter, requireNoLonger } from "../store/blobs.ts";
import type { Image } from "../store/image.ts";
import { sizeOfAll } from "../stream/progress.ts";
import { Reading } from "../stream/reading.ts";
import type { Adding, BlobSource } from "./adding.ts";

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
    addBlob(adding, source, blob, (reading) => putLayer(adding, reading, { blob, request })),
  );
}

/**
 * Copies a blob into the store, if it is not there, and hands it to `use` on the way; `use` may leave it unread. A copy in the store that turns
 * out to be damaged is replaced.
 */
export async function addBlob<T>(
  { store, additions, progress }: Adding,
  source: BlobSource,
  blob: Blob,
  use: (reading: Reading<unknown>) => Promise<T>,
): Promise<T> {
  using _ = store.blobs.lockBlob(blob.digest); // of several writers one copies, and the others find the blob
  additions.blobs.add(blob.digest);
  if (store.blobs.has(blob)) {
    try {
      using stored = new Reading(store.blobs.read(blob), progress);
      return await use(stored);
    } catch (error) {
      if (store.blobs.isIntact(blob)) throw error;
      source.requireSize(blob);
    }
  }
  using writer = store.blobs.writer();
  using reading = new Reading(copied(source.read(blob), writer, blob), progress);
  const used = await use(reading);
  writer.adopt(reading.finish());
  writer.finish(blob);
  return used;
}

/** Unpacks a layer. One that is there already is not taken for the blob: what the blob has inside is compared all the same, but once in an import. */
async function putLayer(
  { store, additions, warn }: Adding,
  reading: Reading<unknown>,
  { blob, request }: LayerToAdd,
): Promise<StoredLayer> {
  const layer = await store.layers.put({ ...request, below: additions.below, warn }, reading.content());
  additions.layers.add(layer.record.chainId);
  const { diffId } = request;
  if (!layer.isRead && !additions.hasContent(blob.digest, diffId)) requireContent(reading, diffId);
  additions.noteContent(blob.digest, diffId);
  return layer;
}

/** Reads to the end. Throws "integrity" if what is inside is not `diffId`. */
export function requireContent(reading: Reading<unknown>, diffId: Digest): void {
  const found = reading.contentDigest();
  if (found !== diffId) throw new RuntimeError("integrity", `its content is ${found}, not ${diffId}`);
}

export interface NewLayer {
  readonly descriptor: Descriptor;
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly written: boolean;
}

/** A layer whose digest is not known before it has been read. It becomes a blob as it is, compressed or not. */
export async function addLayerOf(adding: Adding, stream: Generator<Uint8Array, void>, request: LayerRequest): Promise<NewLayer> {
  const { store, additions, progress, warn } = adding;
  using writer = store.blobs.writer();
  using reading = new Reading(copied(stream, writer), progress);
  const layer = await store.layers.put({ ...request, below: additions.below, warn }, reading.content());
  additions.layers.add(layer.record.chainId);
  if (!layer.isRead && request.diffId !== undefined) requireContent(reading, request.diffId);
  writer.adopt(reading.finish());
  const blob = store.blobs.finish(writer);
  additions.blobs.add(blob.digest);
  const { chainId, diffId } = layer.record;
  return { descriptor: { mediaType: layerMediaType(reading.compression), ...blob }, chainId, diffId, written: layer.written };
}

/** A stream becomes a blob, and nothing else. */
export function addBlobOf({ store, additions, progress }: Adding, stream: Iterable<Uint8Array>): Blob {
  using writer = store.blobs.writer();
  for (const chunk of stream) {
    writer.write(chunk);
    progress.advance(chunk.length);
  }
  const blob = store.blobs.finish(writer);
  additions.blobs.add(blob.digest);
  return blob;
}

/** Passes `stream` on and writes it down; returns what was written. Throws "integrity" if it is not `expected`: as soon as it is longer, else at its end. */
function* copied(stream: Generator<Uint8Array, void>, writer: BlobWriter, expected?: Blob): Generator<Uint8Array, Blob> {
  for (const chunk of stream) {
    writer.write(chunk);
    if (expected !== undefined) requireNoLonger(writer.size, expected);
    yield chunk;
  }
  if (expected !== undefined) writer.require(expected);
  return writer.blob;
}
