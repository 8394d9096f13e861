/**
 * Brings an image for several platforms into the store, with all of them: the index stays what it is, so that it can be given to others again.
 * Layers are unpacked for one platform; those of the others are checked as well, and kept as they came.
 *
 * Everything here is for holders of the store's lock.
 */
import { type Digest, digestFromHex } from "../base/digest.ts";
import { RuntimeError } from "../base/errors.ts";
import { LayerSource, uncompressed } from "../layers/compression.ts";
import { type Added, type Adding, addImage, addLayers, type BlobSource, copied, drain, withoutReturn } from "./add-image.ts";
import { type Blob, verified } from "./blobs.ts";
import { DEEPEST_INDEX, type Image, readImage } from "./image.ts";
import { parseImageConfig, requireSameLayers } from "./image-config.ts";
import { parseJson, takeList, takeObject } from "./json-shape.ts";
import { type Descriptor, parseDescriptor, parseIndex, parseManifest } from "./manifest.ts";
import { isContainerImage, kindOf } from "./media-types.ts";
import { sizeOfAll, told } from "./progress.ts";

/** The image that `root` means: of an index one platform, or all of them. */
export async function addRoot(adding: Adding, source: BlobSource, root: Descriptor, name: string | undefined): Promise<Added> {
  if (adding.allPlatforms !== true || kindOf(root.mediaType) !== "index") return addImage(adding, source, root, name);
  const own = await imageForHere(source, root);
  const newLayers = own === undefined ? 0 : await addLayers(adding, source, own);
  await addDocument({ adding, source, own }, root, 0);
  const { annotations: _, ...entry } = root;
  adding.store.add(entry, name);
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
}

/** A manifest or index, after all that it needs. What else an index may hold is left out, as nobody knows what that would need. */
async function addDocument(copying: Copying, descriptor: Descriptor, depth: number): Promise<void> {
  const { adding, source } = copying;
  const kind = kindOf(descriptor.mediaType);
  if (kind === undefined) return;
  if (depth > DEEPEST_INDEX) throw new RuntimeError("integrity", `cannot add ${descriptor.digest}: its indexes hold too many indexes`);
  const bytes = await source.readDocument(descriptor);
  if (kind === "index") {
    const { manifests } = parseIndex(bytes, `index ${descriptor.digest}`, descriptor.mediaType);
    for (const one of manifests) await addDocument(copying, one, depth + 1);
  } else if (descriptor.digest === copying.own?.descriptor.digest) {
    adding.store.blobs.putDocument(await source.readDocument(copying.own.manifest.config));
  } else await addParts(copying, descriptor, bytes);
  adding.store.blobs.putDocument(bytes);
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
    await addBlob(adding, source, layer, diffIds[i]);
    adding.progress.end();
  }
  adding.store.blobs.putDocument(configBytes);
}

function diffIdsOf(descriptor: Descriptor, bytes: Uint8Array, configBytes: Uint8Array): readonly Digest[] {
  const manifest = parseManifest(bytes, `manifest ${descriptor.digest}`, descriptor.mediaType);
  const config = parseImageConfig(configBytes, `config ${manifest.config.digest}`);
  requireSameLayers(manifest, config, `image ${descriptor.digest}`);
  return config.diffIds;
}

async function addBlob({ store, progress }: Adding, source: BlobSource, blob: Blob, diffId: Digest | undefined): Promise<void> {
  using lock = store.blobs.lockBlob(blob.digest);
  if (store.blobs.has(blob)) {
    lock.close();
    if (diffId !== undefined) await requireContent(blob, told(store.blobs.read(blob), progress), diffId);
    return;
  }
  using writer = store.blobs.writer();
  const copying = copied(told(verified(source.read(blob), blob), progress), writer);
  if (diffId !== undefined) await requireContent(blob, withoutReturn(copying), diffId);
  await drain(copying);
  writer.finish(blob);
}

async function requireContent(blob: Blob, stream: AsyncIterable<Uint8Array>, diffId: Digest): Promise<void> {
  const hash = new Bun.CryptoHasher("sha256");
  for await (const chunk of uncompressed(new LayerSource(stream))) hash.update(chunk);
  const found = digestFromHex(hash.digest("hex"));
  if (found !== diffId) throw new RuntimeError("integrity", `cannot add layer ${blob.digest}: its content is ${found}, not ${diffId}`);
}
