/** One image of a store: from a name to a manifest, its config, and the unpacked layers that are its root filesystem. */
import type { Bytes } from "../../base/bytes.ts";
import type { Digest } from "../../base/digest.ts";
import { duringAll, RuntimeError } from "../../base/errors.ts";
import type { StoredLayer } from "../../layers/store/store.ts";
import { chainIdsOf, type ImageConfig, parseImageConfig, requireSameLayers } from "../format/image-config.ts";
import { shownValue } from "../format/json-shape.ts";
import { artifactType, type Descriptor, type Manifest, parseIndex, parseManifest } from "../format/manifest.ts";
import { kindOf } from "../format/media-types.ts";
import { hostPlatform, isMatch, type Platform, platformText } from "../format/platform.ts";
import { type Progress, SILENT, sizeOfAll } from "../stream/progress.ts";
import { Reading } from "../stream/reading.ts";
import type { Blob } from "./blobs.ts";
import type { ImageStore } from "./image-store.ts";

/** Where manifests and configs are read from: a store, or something to import. */
export interface Documents {
  /** Verified. */
  readDocument(blob: Blob): Bytes | Promise<Bytes>;
}

export interface Image {
  /** Of the manifest, never of an index. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/** Indexes may hold indexes. */
export const DEEPEST_INDEX = 4;

/** The image that a descriptor means on this platform: its manifest, or the first one in its index that fits. Throws "not-found" if none does. */
export async function readImage(documents: Documents, descriptor: Descriptor, platform: Platform = hostPlatform()): Promise<Image> {
  const chosen = await chooseManifest(documents, descriptor, { platform, depth: 0, seen: new Set() });
  if (chosen === undefined) {
    throw new RuntimeError("not-found", `cannot use image ${descriptor.digest}: it has no part for ${platformText(platform)}`, {
      hint: "--platform chooses another one",
    });
  }
  const what = `manifest ${chosen.digest}`;
  const manifest = parseManifest(await documents.readDocument(chosen), what, chosen.mediaType);
  const config = parseImageConfig(await documents.readDocument(manifest.config), `config ${manifest.config.digest}`);
  requireSameLayers(manifest, config, `image ${chosen.digest}`);
  return { descriptor: chosen, manifest, config };
}

interface Choice {
  readonly platform: Platform;
  readonly depth: number;
  /** What need not be looked at again: indexes can name each other in more ways than anybody can follow. */
  readonly seen: Set<Digest>;
}

async function chooseManifest(documents: Documents, descriptor: Descriptor, choice: Choice): Promise<Descriptor | undefined> {
  const kind = kindOf(descriptor.mediaType);
  if (kind === "manifest") return descriptor;
  if (kind === undefined) {
    throw new RuntimeError("unsupported", `cannot use ${descriptor.digest}: ${shownValue(descriptor.mediaType)} is the type of no image`);
  }
  if (choice.depth === DEEPEST_INDEX)
    throw new RuntimeError("integrity", `cannot use ${descriptor.digest}: its indexes hold too many indexes`);
  const index = parseIndex(await documents.readDocument(descriptor), `index ${descriptor.digest}`, descriptor.mediaType);
  const known = index.manifests.filter(({ mediaType }) => kindOf(mediaType) !== undefined);
  const fitting = known.filter((one) => one.platform !== undefined && isMatch(one.platform, choice.platform));
  const silent = known.filter((one) => one.platform === undefined);
  for (const one of [...fitting, ...silent]) {
    if (choice.seen.has(one.digest)) continue;
    choice.seen.add(one.digest);
    const found = await chooseManifest(documents, one, { ...choice, depth: choice.depth + 1 });
    if (found !== undefined && (await isUsable(documents, found, one.platform === undefined ? choice.platform : undefined))) return found;
  }
  return undefined;
}

/**
 * Whether it is a container image's, as signatures and other statements about images are not; of one that its index says nothing of, its config
 * tells the platform.
 */
async function isUsable(documents: Documents, descriptor: Descriptor, platform: Platform | undefined): Promise<boolean> {
  const bytes = await documents.readDocument(descriptor);
  const what = `manifest ${descriptor.digest}`;
  if (artifactType(bytes, what, descriptor.mediaType) !== undefined) return false;
  if (platform === undefined) return true;
  const { config } = parseManifest(bytes, what, descriptor.mediaType);
  return isMatch(parseImageConfig(await documents.readDocument(config), `config ${config.digest}`).platform, platform);
}

/** Why nothing that a descriptor leads to is a container image, on whatever platform; undefined if something is, or may be. */
export async function findForeign(
  documents: Documents,
  descriptor: Descriptor,
  { seen, depth } = { seen: new Set<Digest>(), depth: 0 },
): Promise<string | undefined> {
  const kind = kindOf(descriptor.mediaType);
  if (depth > DEEPEST_INDEX) return undefined;
  if (kind === undefined) return `${shownValue(descriptor.mediaType)} is the type of no image`;
  const bytes = await documents.readDocument(descriptor);
  if (kind === "manifest") {
    const type = artifactType(bytes, `manifest ${descriptor.digest}`, descriptor.mediaType);
    return type && `it has a part of type ${shownValue(type)}`;
  }
  for (const one of parseIndex(bytes, `index ${descriptor.digest}`, descriptor.mediaType).manifests) {
    if (seen.has(one.digest)) continue;
    seen.add(one.digest);
    if (await mayBeImage(documents, one, { seen, depth: depth + 1 })) return undefined;
  }
  return "none of its parts is a container image";
}

/** A part of an index that is not there may be one. */
async function mayBeImage(documents: Documents, descriptor: Descriptor, at: { seen: Set<Digest>; depth: number }): Promise<boolean> {
  try {
    return (await findForeign(documents, descriptor, at)) === undefined;
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "not-found") return true;
    throw error;
  }
}

export interface ResolvedImage {
  readonly config: ImageConfig;
  readonly manifestDigest: Digest;
  /** Chain id of the topmost layer; undefined for an image without layers. */
  readonly layers: Digest | undefined;
  /** The directories of the unpacked layers, the top first. */
  readonly lowers: readonly string[];
}

/** Who hears of what is unpacked, which may take long. */
export interface Unpacking extends Disposable {
  readonly progress: Progress;
  readonly warn: (message: string) => void;
}

/**
 * What a name in the store means. Layers that are not unpacked yet, since another tool wrote the image into the store,
 * are unpacked now; otherwise this only reads.
 */
export async function resolveImage(store: ImageStore, word: string, unpacking?: () => Unpacking): Promise<ResolvedImage> {
  const image = await readImage(store.blobs, store.find(word));
  const lowers = await unpackedLayers(store, image, unpacking);
  return { config: image.config, manifestDigest: image.descriptor.digest, layers: topOf(image), lowers };
}

/** The directories of an image's layers, the top first. They are unpacked if they are not. */
export async function unpackedLayers(store: ImageStore, image: Image, unpacking?: () => Unpacking): Promise<readonly string[]> {
  const top = topOf(image);
  if (top === undefined) return [];
  if (store.layers.find(top) === undefined) {
    using _ = store.shareLock();
    using shown = unpacking?.();
    await unpackImage(store, image, shown);
  }
  return store.layers.chain(top);
}

function topOf({ config }: Image): Digest | undefined {
  return chainIdsOf(config.diffIds).at(-1);
}

/** Unpacks what is not unpacked, from the blobs in the store. For whoever holds the store's lock. */
async function unpackImage(store: ImageStore, { manifest, config }: Image, shown?: Unpacking): Promise<void> {
  const { progress = SILENT, warn } = shown ?? {};
  let parent: Digest | undefined;
  using below = store.layers.index();
  progress.expect(sizeOfAll(manifest.layers));
  for (const [i, diffId] of config.diffIds.entries()) {
    const blob = manifest.layers[i];
    if (blob === undefined) throw new RuntimeError("integrity", `cannot unpack layer ${diffId}: the manifest has none at its place`);
    const request = { diffId, below, ...(parent === undefined ? {} : { parent }), ...(warn === undefined ? {} : { warn }) };
    progress.begin(`layer ${i + 1} of ${config.diffIds.length}`, blob.size);
    using reading = new Reading(store.blobs.read(blob), progress);
    const put = (): Promise<StoredLayer> => store.layers.put(request, reading.content());
    parent = (await duringAll(`cannot unpack layer ${blob.digest}`, blob.digest, put)).record.chainId;
    progress.end();
  }
  store.layers.sync();
}
