/**
 * Brings an image into the store: blobs and unpacked layers first, its name last. Whatever is killed when, index.json
 * names only images that are whole. Each layer is read once: it is copied, hashed and unpacked on the way.
 *
 * Everything here is for holders of the store's lock.
 */
import { encodeText } from "../../base/text.ts";
import { digestOf } from "../../sys/library/hash.ts";
import { parseImageConfig } from "../format/image-config.ts";
import type { Descriptor } from "../format/manifest.ts";
import { MEDIA } from "../format/media-types.ts";
import { type Blob, requireDocumentSize } from "../store/blobs.ts";
import { readImage } from "../store/image.ts";
import { addLayers } from "./add-layer.ts";
import type { Added, Adding, BlobSource } from "./adding.ts";

/** The image that `root` means on the platform wanted, from `source` into the store, under `name`. */
export async function addImage(adding: Adding, source: BlobSource, root: Descriptor, name: string | undefined): Promise<Added> {
  const image = await readImage(source, root, adding.platform);
  const { descriptor, manifest, config } = image;
  const newLayers = await addLayers(adding, source, image);
  putDocument(adding, await source.readDocument(manifest.config));
  putDocument(adding, await source.readDocument(descriptor));
  const { annotations: _, ...entry } = descriptor;
  adding.additions.name({ ...entry, platform: config.platform }, name);
  return { name, descriptor, layers: manifest.layers.length, newLayers };
}

/** A manifest, config or index whose bytes are known to be right. Throws "integrity" for one that nobody would read again. */
export function putDocument({ store, additions }: Adding, bytes: Uint8Array): Blob {
  requireDocumentSize(bytes.length, digestOf(bytes));
  const blob = store.blobs.putDocument(bytes);
  additions.blobs.add(blob.digest);
  return blob;
}

export interface NewImage {
  readonly configBytes: Uint8Array;
  readonly layers: readonly Descriptor[];
  readonly newLayers: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Adds config and manifest of an image whose layers are there, and then its names; without any it stays nameless. */
export function finishImage(adding: Adding, image: NewImage, names: readonly string[]): Added[] {
  const blob = putDocument(adding, image.configBytes);
  const { platform } = parseImageConfig(image.configBytes, `config ${blob.digest}`);
  const config = { mediaType: MEDIA.config, ...blob };
  const { layers, annotations } = image;
  const manifest = { schemaVersion: 2, mediaType: MEDIA.manifest, config, layers, ...(annotations && { annotations }) };
  const descriptor = { mediaType: MEDIA.manifest, ...putDocument(adding, encodeText(JSON.stringify(manifest))), platform };
  const given = names.length === 0 ? [undefined] : names;
  for (const name of given) adding.additions.name(descriptor, name);
  return given.map((name) => ({ name, descriptor, layers: layers.length, newLayers: image.newLayers }));
}
