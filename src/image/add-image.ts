/**
 * Brings an image into the store: blobs and unpacked layers first, its name last. Whatever is killed when, index.json
 * names only images that are whole. Each layer is read once: it is copied, hashed and unpacked on the way.
 *
 * Everything here is for holders of the store's lock.
 */
import type { Digest } from "../base/digest.ts";
import { RuntimeError } from "../base/errors.ts";
import type { LayerRequest, StoredLayer } from "../layers/store.ts";
import { type Blob, type BlobWriter, requireNoLonger } from "./blobs.ts";
import { type Documents, type Image, readImage } from "./image.ts";
import { parseImageConfig } from "./image-config.ts";
import type { ImageStore } from "./image-store.ts";
import type { Descriptor } from "./manifest.ts";
import { type Compression, compressionOf, layerMediaType, MEDIA } from "./media-types.ts";
import type { Platform } from "./platform.ts";
import { type Progress, sizeOfAll, told } from "./progress.ts";

/** Something outside of the store that has blobs. */
export interface BlobSource extends Documents {
  read(blob: Blob): AsyncIterable<Uint8Array>;
}

export interface Adding {
  readonly store: ImageStore;
  readonly platform: Platform | undefined;
  /** An index is kept whole; default: one of its platforms. */
  readonly allPlatforms?: boolean;
  readonly progress: Progress;
  readonly warn: (message: string) => void;
}

export interface Added {
  readonly name: string | undefined;
  readonly descriptor: Descriptor;
  readonly layers: number;
  /** Layers that were not unpacked before. */
  readonly newLayers: number;
}

/** The image that `root` means on the platform wanted, from `source` into the store, under `name`. */
export async function addImage(adding: Adding, source: BlobSource, root: Descriptor, name: string | undefined): Promise<Added> {
  const { store } = adding;
  const image = await readImage(source, root, adding.platform);
  const { descriptor, manifest, config } = image;
  const newLayers = await addLayers(adding, source, image);
  store.blobs.putDocument(await source.readDocument(manifest.config));
  store.blobs.putDocument(await source.readDocument(descriptor));
  const { annotations: _, ...entry } = descriptor;
  store.add({ ...entry, platform: config.platform }, name);
  return { name, descriptor, layers: manifest.layers.length, newLayers };
}

/** Every layer as a blob, and unpacked. Returns how many were unpacked now. */
export async function addLayers(adding: Adding, source: BlobSource, { manifest, config }: Image): Promise<number> {
  let parent: Digest | undefined;
  let written = 0;
  adding.progress.expect(sizeOfAll(manifest.layers));
  for (const [i, blob] of manifest.layers.entries()) {
    const diffId = config.diffIds[i];
    if (diffId === undefined)
      throw new RuntimeError("integrity", `cannot add layer ${blob.digest}: the config has no content digest for it`);
    const request = { diffId, ...(parent === undefined ? {} : { parent }) };
    adding.progress.begin(`layer ${i + 1} of ${manifest.layers.length}`, blob.size);
    const layer = await addLayer(adding, { source, blob, request });
    adding.progress.end();
    parent = layer.record.chainId;
    if (layer.written) written++;
  }
  return written;
}

interface LayerToAdd {
  readonly source: BlobSource;
  readonly blob: Blob;
  readonly request: LayerRequest;
}

async function addLayer({ store, progress, warn }: Adding, { source, blob, request }: LayerToAdd): Promise<StoredLayer> {
  const unpacking = { ...request, warn };
  using lock = store.blobs.lockBlob(blob.digest); // of several writers one copies, and the others find the blob
  if (store.blobs.has(blob)) {
    lock.close();
    return store.layers.put(unpacking, told(store.blobs.read(blob), progress));
  }
  using writer = store.blobs.writer();
  const copying = copied(told(source.read(blob), progress), writer, blob);
  const layer = await store.layers.put(unpacking, withoutReturn(copying));
  await drain(copying); // the rest, or all of it if the layer was there already
  writer.finish(blob);
  return layer;
}

interface NewLayer {
  readonly descriptor: Descriptor;
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly written: boolean;
}

/** A layer whose digest is not known before it has been read. It becomes a blob as it is, compressed or not. */
export async function addLayerOf(
  { store, progress, warn }: Adding,
  stream: AsyncIterable<Uint8Array>,
  request: LayerRequest,
): Promise<NewLayer> {
  using writer = store.blobs.writer();
  const compression = { found: "none" as Compression };
  const copying = copied(told(sniffed(stream, compression), progress), writer);
  const layer = await store.layers.put({ ...request, warn }, withoutReturn(copying));
  await drain(copying);
  const blob = writer.finish();
  const { chainId, diffId } = layer.record;
  return { descriptor: { mediaType: layerMediaType(compression.found), ...blob }, chainId, diffId, written: layer.written };
}

/** A stream becomes a blob, and nothing else. */
export async function addBlobOf({ store, progress }: Adding, stream: AsyncIterable<Uint8Array>): Promise<Blob> {
  using writer = store.blobs.writer();
  await drain(copied(told(stream, progress), writer));
  return writer.finish();
}

export interface NewImage {
  readonly configBytes: Uint8Array;
  readonly layers: readonly Descriptor[];
  readonly newLayers: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Adds config and manifest of an image whose layers are there, and then its names; without any it stays nameless. */
export function finishImage({ store }: Adding, image: NewImage, names: readonly string[]): Added[] {
  const blob = store.blobs.putDocument(image.configBytes);
  const { platform } = parseImageConfig(image.configBytes, `config ${blob.digest}`);
  const config = { mediaType: MEDIA.config, ...blob };
  const { layers, annotations } = image;
  const manifest = { schemaVersion: 2, mediaType: MEDIA.manifest, config, layers, ...(annotations && { annotations }) };
  const descriptor = { mediaType: MEDIA.manifest, ...store.blobs.putDocument(Buffer.from(JSON.stringify(manifest))), platform };
  const given = names.length === 0 ? [undefined] : names;
  for (const name of given) store.add(descriptor, name);
  return given.map((name) => ({ name, descriptor, layers: layers.length, newLayers: image.newLayers }));
}

/** Passes `stream` on and writes it down. Rejects with "integrity" if it is not `expected`: as soon as it is longer, else at its end. */
export async function* copied(
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
export function withoutReturn(stream: AsyncGenerator<Uint8Array, void, undefined>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) };
}

/** Reads to the end. */
export async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

/** Passes `stream` on and finds out by its first bytes how it is compressed. */
async function* sniffed(
  stream: AsyncIterable<Uint8Array>,
  compression: { found: Compression },
): AsyncGenerator<Uint8Array, void, undefined> {
  let isFirst = true;
  for await (const chunk of stream) {
    if (isFirst) compression.found = compressionOf(chunk);
    isFirst = false;
    yield chunk;
  }
}
