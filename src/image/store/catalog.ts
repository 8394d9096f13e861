/** Everything that index.json of a store leads to: images, blobs, layers. Reads manifests and configs, and no layer. */
import type { Digest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { chainIdsOf, parseImageConfig, requireSameLayers } from "../format/image-config.ts";
import { nameOf } from "../format/image-name.ts";
import { parseJson, takeList, takeObject } from "../format/json-shape.ts";
import { contentOf, type Descriptor, parseDescriptor, parseIndex, parseManifest } from "../format/manifest.ts";
import { isContainerImage, kindOf, MEDIA } from "../format/media-types.ts";
import type { Image } from "./image.ts";
import type { ImageStore } from "./image-store.ts";

export interface CatalogEntry {
  readonly name: string | undefined;
  readonly entry: Descriptor;
  /** One, or for an index those of its platforms that are in the store. */
  readonly images: readonly Image[];
  /** Every blob that it needs, itself included. */
  readonly blobs: ReadonlyMap<Digest, Descriptor>;
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[];
}

export function readCatalog(store: ImageStore): CatalogEntry[] {
  const known = new Map<string, CatalogEntry>(); // one image can have a thousand names
  return store.entries().map((entry) => {
    const same = known.get(contentOf(entry));
    if (same !== undefined) return { ...same, name: nameOf(entry), entry };
    const read = readCatalogEntry(store, entry);
    known.set(contentOf(entry), read);
    return read;
  });
}

export function readCatalogEntry(store: ImageStore, entry: Descriptor): CatalogEntry {
  const visit: Visit = { store, images: [], blobs: new Map(), problems: [] };
  visitDescriptor(visit, entry, true);
  return { name: nameOf(entry), entry, images: visit.images, blobs: visit.blobs, problems: visit.problems };
}

/** Of a manifest without an entry in index.json; undefined if it is not in the store. */
export function describeManifest(store: ImageStore, digest: Digest): Descriptor | undefined {
  const size = store.blobs.size(digest);
  if (size === undefined) return undefined;
  const { mediaType } = takeObject(parseJson(store.blobs.readDocument({ digest, size }), `manifest ${digest}`), `manifest ${digest}`);
  return { mediaType: typeof mediaType === "string" ? mediaType : MEDIA.manifest, digest, size };
}

interface Visit {
  readonly store: ImageStore;
  readonly images: Image[];
  readonly blobs: Map<Digest, Descriptor>;
  readonly problems: string[];
}

/** A platform of an index that nobody fetched is no fault: `isNeeded` is false for those. */
function visitDescriptor(visit: Visit, descriptor: Descriptor, isNeeded: boolean): void {
  if (visit.blobs.has(descriptor.digest)) return;
  const kind = kindOf(descriptor.mediaType);
  if (!isNeeded && visit.store.blobs.size(descriptor.digest) === undefined) return;
  visit.blobs.set(descriptor.digest, descriptor);
  try {
    if (kind === "index") visitIndex(visit, descriptor);
    else if (kind === "manifest") visitManifest(visit, descriptor);
    else if (!visit.store.blobs.has(descriptor)) visit.problems.push(`blob ${descriptor.digest} is not there, or cut short`);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    visit.problems.push(error.message);
  }
}

function visitIndex(visit: Visit, descriptor: Descriptor): void {
  const index = parseIndex(visit.store.blobs.readDocument(descriptor), `index ${descriptor.digest}`, descriptor.mediaType);
  for (const one of index.manifests) visitDescriptor(visit, one, false);
}

function visitManifest(visit: Visit, descriptor: Descriptor): void {
  const bytes = visit.store.blobs.readDocument(descriptor);
  const what = `manifest ${descriptor.digest}`;
  const object = takeObject(parseJson(bytes, what), what);
  const configDescriptor = parseDescriptor(object.config, `${what}: /config`);
  visitDescriptor(visit, configDescriptor, true);
  const layers = takeList(object.layers, `${what}: /layers`).map((one, i) => parseDescriptor(one, `${what}: /layers/${i}`));
  for (const layer of layers) visitDescriptor(visit, layer, true);
  if (!isContainerImage(configDescriptor, layers)) return; // an artifact: its blobs are kept, and there is nothing to unpack
  const manifest = parseManifest(bytes, what, descriptor.mediaType);
  const config = parseImageConfig(visit.store.blobs.readDocument(manifest.config), `config ${manifest.config.digest}`);
  requireSameLayers(manifest, config, `image ${descriptor.digest}`);
  visit.images.push({ descriptor, manifest, config });
}

/** The unpacked layers that the entries need, whether they are unpacked or not. */
export function layersOf(entries: readonly CatalogEntry[]): Set<Digest> {
  return new Set(entries.flatMap(({ images }) => images.flatMap(({ config }) => chainIdsOf(config.diffIds))));
}
