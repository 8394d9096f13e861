/**
 * Images on disk: an OCI image layout, so that other tools read and write it as `oci:<root>`, with the unpacked layers
 * beside it.
 *
 *   <root>/oci-layout, index.json, blobs/   the layout (image-spec, image-layout.md); index.json names the images
 *   <root>/ingest/                          blobs.ts
 *   <root>/layers/, l/, tmp/                layers/store/store.ts
 *   <root>/uses/                            uses.ts: bundles that need layers
 *   <root>/lock                             flock: shared by whoever adds, alone for whoever removes blobs or layers
 *   <root>/index.lock                       flock: alone, for the moment of a change of index.json
 */
import { during, RuntimeError } from "../../base/errors.ts";
import { encodeText } from "../../base/text.ts";
import { diskLayerStore, type LayerStoreOptions } from "../../layers/store/disk-store.ts";
import type { LayerStore } from "../../layers/store/store.ts";
import type { Fd } from "../../sys/call/fd.ts";
import {
  makeDirectories,
  OPEN,
  openFile,
  readDirectory,
  readTextIfThere,
  statIfThere,
  syncDirectory,
  tryUnlink,
} from "../../sys/file/file.ts";
import { lockFile, tryLockFile } from "../../sys/file/file-lock.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";
import { isRootless } from "../../sys/process/process.ts";
import { findImage, named } from "../format/image-name.ts";
import { type JsonObject, parseJson, shownValue, takeObject } from "../format/json-shape.ts";
import { indexText, LARGEST_INDEX, LAYOUT_VERSION, layoutText } from "../format/layout-files.ts";
import { type Descriptor, type IndexEntry, indexEntries, parseIndex, parseIndexObject } from "../format/manifest.ts";
import { BlobStore } from "./blobs.ts";
import { requireOwnStore } from "./store-owner.ts";

/** What `replaceFile` leaves in the store when it is killed. */
const TEMPORARY = /^(?:oci-layout|index\.json|[0-9a-f]{64}|%2f[\w%-]*)\.tmp-\d+$/;

export class ImageStore {
  readonly root: string;
  readonly blobs: BlobStore;
  readonly layers: LayerStore;

  /** Touches nothing. A store that does not exist has no images. */
  constructor(root: string) {
    this.root = root;
    this.blobs = new BlobStore(root);
    this.layers = diskLayerStore(root, layerForm());
  }

  /** Until it is disposed of, nobody removes blobs or layers. Makes the store if need be, and sweeps it if nobody else is at work. */
  shareLock(): Fd {
    this.#make();
    const fd = this.#open("lock");
    if (tryLockFile(fd, "exclusive")) this.#sweep();
    lockFile(fd, "shared");
    return fd;
  }

  /** Until it is disposed of, nobody else adds or removes anything. Waits for whoever is at work; `onWait` says so. */
  takeLock(onWait: () => void): Fd {
    this.#make();
    const fd = this.#open("lock");
    if (!tryLockFile(fd, "exclusive")) {
      onWait();
      lockFile(fd, "exclusive");
    }
    this.#sweep({ thoroughly: true });
    return fd;
  }

  /** The entries of index.json, but those whose digests are of other algorithms: lamina cannot use them. */
  entries(): readonly Descriptor[] {
    const text = readTextIfThere(this.#indexPath, { limit: LARGEST_INDEX });
    return text === undefined ? [] : parseIndex(encodeText(text), this.#indexPath).manifests;
  }

  /** Throws "not-found" if no image is meant by `word`. */
  find(word: string): Descriptor {
    const found = findImage(this.#read().entries, word).descriptor();
    if (found !== undefined) return found;
    throw new RuntimeError("unsupported", `cannot use image ${JSON.stringify(word)}: only digests by sha256 are supported`);
  }

  /** Gives `entry` that name, which whatever had it loses. Without one the entry stays nameless, and once. */
  add(entry: Descriptor, name: string | undefined): void {
    this.addAll([{ entry, name }]);
  }

  /** As `add`, for each in turn, and by one change. */
  addAll(images: readonly NamedEntry[]): void {
    if (images.length === 0) return;
    const added = new Map(images.map(({ entry, name }) => [keyOf({ ...entry, name }), named(entry, name)])); // of one name the last
    this.#change((entries) => [...entries.filter((other) => !added.has(keyOf(other))).map(({ raw }) => raw), ...added.values()]);
  }

  /** Removes the entries that are meant. */
  removeEntries(isMeant: (entry: Pick<IndexEntry, "name" | "digest">) => boolean): void {
    this.#change((entries) => entries.filter((entry) => !isMeant(entry)).map(({ raw }) => raw));
  }

  /** One atomic change of index.json; changes by several processes happen one after the other. What lamina does not know in it stays. */
  #change(change: (entries: readonly IndexEntry[]) => readonly unknown[]): void {
    using lock = this.#open("index.lock");
    lockFile(lock, "exclusive");
    const { raw, entries } = this.#read();
    replaceFile(this.#indexPath, indexText(change(entries), raw), { mode: 0o644, durable: true });
    syncDirectory(this.root);
  }

  #read(): { readonly raw: JsonObject | undefined; readonly entries: readonly IndexEntry[] } {
    const text = readTextIfThere(this.#indexPath, { limit: LARGEST_INDEX });
    if (text === undefined) return { raw: undefined, entries: [] };
    const raw = parseIndexObject(encodeText(text), this.#indexPath);
    return { raw, entries: indexEntries(raw.manifests, `${this.#indexPath}: /manifests`) };
  }

  get #indexPath(): string {
    return `${this.root}/index.json`;
  }

  /** Several may do this at once: the locks' file is the only one that is not replaced. */
  #make(): void {
    requireOwnStore(this.root);
    during(`cannot use ${this.root} as image store`, () => {
      makeDirectories(this.root, 0o700);
      requireKnownLayout(readTextIfThere(`${this.root}/oci-layout`), this.root);
      this.blobs.makeDirectories();
      if (statIfThere(this.#indexPath) !== undefined) return;
      using lock = this.#open("index.lock");
      lockFile(lock, "exclusive");
      if (statIfThere(this.#indexPath) !== undefined) return;
      replaceFile(`${this.root}/oci-layout`, layoutText(), { mode: 0o644, durable: true });
      replaceFile(this.#indexPath, indexText([]), { mode: 0o644, durable: true });
    });
  }

  #open(name: string): Fd {
    return openFile(`${this.root}/${name}`, OPEN.readWrite | OPEN.create | OPEN.noFollow, 0o600);
  }

  /** What takes the longer the more there is in the store is left to those who look at all of it anyway. */
  #sweep({ thoroughly } = { thoroughly: false }): void {
    this.blobs.sweep();
    this.layers.sweep({ links: thoroughly });
    this.#sweepTemporaries(thoroughly ? [this.root, `${this.root}/uses`] : [this.root]);
  }

  /** Who changes index.json need not hold the store's lock, but does hold that of index.json. */
  #sweepTemporaries(directories: readonly string[]): void {
    const paths = directories.flatMap((directory) =>
      (readDirectory(directory) ?? []).filter(({ name }) => TEMPORARY.test(name)).map(({ name }) => `${directory}/${name}`),
    );
    if (paths.length === 0) return;
    using lock = this.#open("index.lock");
    lockFile(lock, "exclusive");
    for (const path of paths) tryUnlink(path);
  }
}

export interface NamedEntry {
  readonly entry: Descriptor;
  readonly name: string | undefined;
}

/** Of two entries of one name the newer counts, and of one image without a name there is one entry. */
export function keyOf({ name, digest }: Pick<IndexEntry, "name" | "digest">): unknown {
  return name === undefined ? digest : `name ${name}`;
}

/** `text` is that of the file oci-layout. */
export function requireKnownLayout(text: string | undefined, path: string): void {
  if (text === undefined) return;
  const version = takeObject(parseJson(encodeText(text), `${path}/oci-layout`), `${path}/oci-layout`).imageLayoutVersion;
  if (version === LAYOUT_VERSION) return;
  const accepted = `${LAYOUT_VERSION} is accepted`;
  throw new RuntimeError("unsupported", `cannot read ${path}: its layout has version ${shownValue(version)}, and ${accepted}`);
}

/**
 * Without privilege over the host the kernel takes an overlay's marks from user.* attributes only (mount option userxattr),
 * and makes no devices.
 */
function layerForm(): LayerStoreOptions {
  return isRootless() ? { userXattr: true, devices: "skip" } : {};
}
