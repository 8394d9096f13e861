/** Writes an image out of the store: as an OCI layout, as the same in a tar, as an archive for `docker load`, or flattened to one tree. */
import { type Digest, hexOf } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import type { Owners } from "../../layers/archive/tree-entry.ts";
import { flattenLayers } from "../../layers/diff/flatten.ts";
import type { Marks } from "../../layers/form/overlay-form.ts";
import { effectiveUid } from "../../sys/call/own-ids.ts";
import { makeDurableDirectories, OPEN, openFile, readTextIfThere } from "../../sys/file/file.ts";
import { lockFile } from "../../sys/file/file-lock.ts";
import { NewFile } from "../../sys/file/new-file.ts";
import { Sha256 } from "../../sys/library/hash.ts";
import { isRootless } from "../../sys/process/process.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { TarWriter } from "../../tar/writer.ts";
import { named } from "../format/image-name.ts";
import { parseJson, takeObject } from "../format/json-shape.ts";
import { indexText, LARGEST_INDEX, layoutText, singleIndexText } from "../format/layout-files.ts";
import { type Descriptor, indexEntries } from "../format/manifest.ts";
import { type Blob, BlobStore } from "../store/blobs.ts";
import { readCatalogEntry } from "../store/catalog.ts";
import type { Image } from "../store/image.ts";
import { type ImageStore, keyOf, requireKnownLayout } from "../store/image-store.ts";
import { hearing } from "../stream/hearing.ts";
import { type Progress, sizeOfAll, told } from "../stream/progress.ts";
import { Reading } from "../stream/reading.ts";

export interface Exporting {
  readonly store: ImageStore;
  /** What the image is called in what is written. */
  readonly name: string | undefined;
  readonly progress: Progress;
}

/** What a layout is to hold: an image, or an index with its images. */
export interface LayoutContent {
  readonly root: Descriptor;
  /** Every blob once, the root last. */
  readonly blobs: readonly Blob[];
}

/** Takes an archive's bytes in their order. */
export type Sink = (bytes: Uint8Array) => void;

/** Into a directory that is new or a layout already; an image of the same name there is replaced. index.json comes last. */
export async function exportLayout({ store, name, progress }: Exporting, { root, blobs }: LayoutContent, directory: string): Promise<void> {
  requireKnownLayout(readTextIfThere(`${directory}/oci-layout`), directory);
  makeDurableDirectories(`${directory}/blobs/sha256`, 0o755);
  const target = new BlobStore(directory);
  const missing: Blob[] = [];
  for (const blob of blobs) if (!target.isIntact(blob)) missing.push(blob);
  progress.expect(sizeOfAll(missing));
  for (const [i, blob] of missing.entries()) {
    progress.begin(`blob ${i + 1} of ${missing.length}`, blob.size);
    using file = new NewFile(target.path(blob.digest), 0o644);
    for (const chunk of told(store.blobs.read(blob), progress)) file.write(chunk);
    file.publish();
    progress.end();
  }
  using others = openFile(directory, OPEN.read | OPEN.directory);
  lockFile(others, "exclusive"); // whoever adds an image to the same layout just now
  writeWhole(`${directory}/oci-layout`, layoutText());
  writeWhole(`${directory}/index.json`, extendedIndex(directory, { root, name }));
}

function writeWhole(path: string, text: string): void {
  using file = new NewFile(path, 0o644);
  file.write(encodeText(text));
  file.publish();
}

function extendedIndex(directory: string, { root, name }: { readonly root: Descriptor; readonly name: string | undefined }): string {
  const path = `${directory}/index.json`;
  const text = readTextIfThere(path, { limit: LARGEST_INDEX });
  if (text === undefined) return singleIndexText(root, name);
  const bytes = encodeText(text);
  const raw = takeObject(parseJson(bytes, path), path);
  const replaced = keyOf({ ...root, name });
  const kept = indexEntries(raw.manifests, `${path}: /manifests`).filter((entry) => keyOf(entry) !== replaced);
  return indexText([...kept.map((entry) => entry.raw), named(root, name)], raw);
}

export function contentOfImage({ descriptor, manifest }: Image): LayoutContent {
  const blobs = new Map([...manifest.layers, manifest.config, descriptor].map((blob) => [blob.digest, blob]));
  return { root: descriptor, blobs: [...blobs.values()] };
}

/** With all that is in the store of its platforms. Throws code "integrity" when something is missing there. */
export function contentOfIndex(store: ImageStore, { annotations: _, ...root }: Descriptor): LayoutContent {
  const { blobs, problems } = readCatalogEntry(store, root);
  if (problems[0] !== undefined) throw new RuntimeError("integrity", `cannot export index ${root.digest}: ${problems[0]}`);
  return { root, blobs: [...blobs.values()].reverse() };
}

/** The same image gives the same bytes. */
export async function exportLayoutArchive({ store, name, progress }: Exporting, { root, blobs }: LayoutContent, sink: Sink): Promise<void> {
  const archive = new ArchiveOutput(sink);
  archive.text("oci-layout", layoutText());
  for (const name of ["blobs/", "blobs/sha256/"]) archive.directory(name); // skopeo, called by a user, cannot make what is missing
  progress.expect(sizeOfAll(blobs));
  for (const [i, blob] of blobs.entries()) {
    progress.begin(`blob ${i + 1} of ${blobs.length}`, blob.size);
    archive.file(`blobs/sha256/${hexOf(blob.digest)}`, blob.size, told(store.blobs.read(blob), progress));
    progress.end();
  }
  archive.text("index.json", singleIndexText(root, name));
  archive.end();
}

/** Layers are uncompressed, as `docker load` has always taken them; each is read twice, since a tar says sizes first. */
export async function exportDockerArchive({ store, name, progress }: Exporting, { manifest, config }: Image, sink: Sink): Promise<void> {
  const archive = new ArchiveOutput(sink);
  const layerFile = (diffId: Digest): string => `${hexOf(diffId)}.tar`;
  const diffIds = [...new Set(config.diffIds)];
  progress.expect(2 * sizeOfAll(manifest.layers));
  for (const [i, diffId] of diffIds.entries()) {
    const blob = manifest.layers[config.diffIds.indexOf(diffId)];
    if (blob === undefined) throw new RuntimeError("integrity", `cannot export layer ${diffId}: the manifest has none at its place`);
    const which = `layer ${i + 1} of ${diffIds.length}`;
    progress.begin(`measuring ${which}`, blob.size);
    using measured = new Reading(store.blobs.read(blob), progress);
    const size = measure(measured.content(), diffId, blob);
    progress.end();
    progress.begin(which, blob.size);
    using reading = new Reading(store.blobs.read(blob), progress);
    archive.file(layerFile(diffId), size, reading.content());
    progress.end();
  }
  const configFile = `${hexOf(manifest.config.digest)}.json`;
  archive.text(configFile, decodeText(store.blobs.readDocument(manifest.config)));
  const saved = { Config: configFile, RepoTags: name === undefined ? null : [withTag(name)], Layers: config.diffIds.map(layerFile) };
  archive.text("manifest.json", `${JSON.stringify([saved])}\n`);
  archive.end();
}

/** `docker load` takes no name without one. */
function withTag(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).includes(":") ? name : `${name}:latest`;
}

/** Of a layer's content. Throws "integrity" if it is not what the config says. */
function measure(stream: Iterable<Uint8Array>, diffId: Digest, { digest }: Blob): number {
  let length = 0;
  const hash = new Sha256();
  for (const chunk of stream) {
    length += chunk.length;
    hash.update(chunk);
  }
  const found = hash.digest();
  if (found !== diffId) throw new RuntimeError("integrity", `cannot export layer ${digest}: its content is ${found}, not ${diffId}`);
  return length;
}

export interface RootFilesystem {
  /** Unpacked, the top first. */
  readonly layers: readonly string[];
  readonly marks: Marks;
  readonly owners?: Owners;
  readonly progress: Progress;
  /** Called now and then; what it throws ends the export. */
  readonly hear: () => void;
}

/** Of layers in the store: a user's belong to the user, whoever the image says, and containers see them as root's. */
export function formInStore(): Pick<RootFilesystem, "marks" | "owners"> {
  const marks = { userXattr: isRootless() };
  return effectiveUid() === 0 ? { marks } : { marks, owners: { uid: () => 0, gid: () => 0 } };
}

/** One tree out of all layers, as `docker export` writes it: no image, but what its container sees. The same layers give the same bytes. */
export async function exportRootFilesystem({ layers, marks, owners, progress, hear }: RootFilesystem, sink: Sink): Promise<void> {
  const options = { ...marks, ...(owners && { owners }) };
  progress.begin("files", undefined);
  for (const bytes of hearing(told(flattenLayers(layers, options), progress), hear)) sink(bytes);
  progress.end();
}

class ArchiveOutput {
  readonly #writer = new TarWriter({ bytes: Number.POSITIVE_INFINITY });
  readonly #sink: Sink;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  directory(name: string): void {
    this.#writer.entry({ ...archiveEntry(name, 0), kind: "directory", mode: 0o755 });
  }

  text(name: string, text: string): void {
    const bytes = encodeText(text);
    this.#writer.entry(archiveEntry(name, bytes.length));
    this.#writer.content(bytes);
    this.#sink(this.#writer.take());
  }

  file(name: string, size: number, content: Iterable<Uint8Array>): void {
    this.#writer.entry(archiveEntry(name, size));
    this.#sink(this.#writer.take());
    for (const chunk of content) {
      this.#writer.passBy(chunk.length);
      this.#sink(chunk);
    }
    this.#sink(this.#writer.take());
  }

  end(): void {
    this.#writer.end();
    this.#sink(this.#writer.take());
  }
}

function archiveEntry(name: string, size: number): TarEntry {
  const nobody = { uid: 0, gid: 0, linkName: "", device: { major: 0, minor: 0 }, xattrs: new Map<string, string>() };
  return { name, kind: "file", mode: 0o644, size, modified: { seconds: 0, nanoseconds: 0 }, ...nobody };
}
