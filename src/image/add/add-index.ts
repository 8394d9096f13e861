/**
 * Brings an image for several platforms into the store, with all of them: the index stays what it is, so that it can be given to others again.
 * Layers are unpacked for one platform; those of the others are checked as well, and kept as they came.
 *
 * Everything here is for holders of the store's lock.
 */
import type { Digest } from "../../base/digest.ts";
import { duringAll, RuntimeError } from "../../base/errors.ts";
import { parseImageConfig, requireSameLayers } from "../format/image-config.ts";
import { parseJson, shownValue, takeList, takeObject } from "../format/json-shape.ts";
import { type Descriptor, parseDescriptor, parseIndex, parseManifest } from "../format/manifest.ts";
import { isContainerImage, kindOf } from "../format/media-types.ts";
import { DEEPEST_INDEX, type Image, readImage } from "../store/image.ts";
import { sizeOfAll } from "../stream/progress.ts";
import { addImage, putDocument } from "./add-image.ts";
import { addBlob, addLayers, requireContent } from "./add-layer.ts";
import type { Added, Adding, BlobSource } from "./adding.ts";

/** The image that `root` means: of an index one platform, or all of them. */
export async function addRoot(adding: Adding, source: BlobSource, root: Descriptor, name: string | undefined): Promise<Added> {
  if (adding.allPlatforms !== true || kindOf(root.mediaType) !== "index") return addImage(adding, source, root, name);
  const own = await imageForHere(source, root);
  const newLayers = own === undefined ? 0 : await addLayers(adding, source, own);
  await addDocument({ adding, source, own, seen: new Set() }, root, 0);
  const { annotations: _, ...entry } = root;
  adding.additions.name(entry, name);
  return { name, descriptor: root, layers: own?.manifest.layers.length ?? 0, newLayers };
}

/** An index without a part for this machine can be kept too. */
async function imageForHere(source: BlobSource, root: Descriptor): Promise<Image | undefined> {
  try {
    return await readImage(source, root);
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "not-found") return undefined;
    throw error;
  }
}

interface Copying {
  readonly adding: Adding;
  readonly source: BlobSource;
  /** Its layers are in the store already. */
  readonly own: Image | undefined;
  /** What has been added. */
  readonly seen: Set<Digest>;
}

/** A manifest or index, after all that it needs. What else an index may hold is left out, as nobody knows what that would need. */
async function addDocument(copying: Copying, descriptor: Descriptor, depth: number): Promise<void> {
  const { adding, source } = copying;
  const kind = kindOf(descriptor.mediaType);
  if (kind === undefined) {
    adding.warn(`${descriptor.digest} of the index is left out: ${shownValue(descriptor.mediaType)} is the type of no image`);
    return;
  }
  if (depth > DEEPEST_INDEX) throw new RuntimeError("integrity", `cannot add ${descriptor.digest}: its indexes hold too many indexes`);
  const bytes = await source.readDocument(descriptor);
  if (kind === "index") {
    const { manifests, foreign } = parseIndex(bytes, `index ${descriptor.digest}`, descriptor.mediaType);
    for (const digest of foreign) adding.warn(`${digest} of the index is left out: only digests by sha256 can be kept`);
    for (const one of manifests) {
      if (copying.seen.has(one.digest)) continue;
      copying.seen.add(one.digest);
      await addDocument(copying, one, depth + 1);
    }
  } else if (descriptor.digest === copying.own?.descriptor.digest) {
    putDocument(adding, await source.readDocument(copying.own.manifest.config));
  } else await addParts(copying, descriptor, bytes);
  putDocument(adding, bytes);
}

async function addParts({ adding, source }: Copying, descriptor: Descriptor, bytes: Uint8Array): Promise<void> {
  const what = `manifest ${descriptor.digest}`;
  const object = takeObject(parseJson(bytes, what), what);
  const config = parseDescriptor(object.config, `${what}: /config`);
  const layers = takeList(object.layers, `${what}: /layers`).map((one, i) => parseDescriptor(one, `${what}: /layers/${i}`));
  const configBytes = await source.readDocument(config);
  const diffIds = isContainerImage(config, layers) ? diffIdsOf(descriptor, bytes, configBytes) : []; // else it is a statement about one
  adding.progress.expect(sizeOfAll(layers));
  for (const [i, layer] of layers.entries()) {
    adding.progress.begin(`part ${i + 1} of ${layers.length}`, layer.size);
    await addPart(adding, source, layer, diffIds[i]);
    adding.progress.end();
  }
  putDocument(adding, configBytes);
}

function diffIdsOf(descriptor: Descriptor, bytes: Uint8Array, configBytes: Uint8Array): readonly Digest[] {
  const manifest = parseManifest(bytes, `manifest ${descriptor.digest}`, descriptor.mediaType);
  const config = parseImageConfig(configBytes, `config ${manifest.config.digest}`);
  requireSameLayers(manifest, config, `image ${descriptor.digest}`);
  return config.diffIds;
}

/** All of it is read, wherever it comes from. */
function addPart(adding: Adding, source: BlobSource, blob: Descriptor, diffId: Digest | undefined): Promise<void> {
  return duringAll(`cannot add layer ${blob.digest}`, blob.digest, () =>
    addBlob(adding, source, blob, async (reading) => {
      if (diffId !== undefined) requireContent(reading, diffId);
      else reading.finish();
    }),
  );
}
