/** The layer store on a file system that can be the lower layer of an overlay. See store.ts for what it guarantees. */
import { type Digest, hexOf } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { check } from "../../sys/call/libc.ts";
import { makeDirectories, OPEN, openFile, readDirectory, statIfThere, syncDirectory, tryUnlink } from "../../sys/file/file.ts";
import { removeTree } from "../../sys/file/remove-tree.ts";
import { byteString, lookAt, tryRenameNew, trySymlink } from "../../sys/file/tree.ts";
import type { TarLimits } from "../../tar/limits.ts";
import { OverlayForm } from "../form/overlay-form.ts";
import { StackIndex } from "../form/stack-index.ts";
import { chainIdOf } from "./chain-id.ts";
import { chainIdFrom, layerDirectory, layerFiles, layersDirectory, readLayerRecord, readStack, shortLink } from "./layer-directory.ts";
import { lockByName, openStaging, sweepStaging } from "./staging.ts";
import type { LayerRecord, LayerRequest, LayerStore, StoredLayer } from "./store.ts";
import type { WriteLayerOptions } from "./write-layer.ts";

export interface LayerStoreOptions {
  /** For mounts with userxattr, as in a user namespace. Default: false. One store has one form. */
  readonly userXattr?: boolean;
  /** As in UnpackOptions. */
  readonly owners?: "archive" | "ignore";
  readonly devices?: "attempt" | "skip" | "refuse";
  readonly limits?: Partial<TarLimits>;
}

/** Opens the store below `root`, which exists; makes nothing until something is put. */
export function diskLayerStore(root: string, options: LayerStoreOptions = {}): LayerStore {
  return new DiskLayerStore(root, options);
}

class DiskLayerStore implements LayerStore {
  readonly root: string;
  readonly #options: LayerStoreOptions;

  constructor(root: string, options: LayerStoreOptions) {
    this.root = root;
    this.#options = options;
  }

  async put(request: LayerRequest, archive: Iterable<Uint8Array>): Promise<StoredLayer> {
    if (request.parent !== undefined) this.#require(request.parent);
    for (const path of [layersDirectory(this.root), this.#tmp, `${this.root}/l`]) makeDirectories(path, 0o700);
    const chainId = request.diffId && chainIdOf(request.parent, request.diffId);
    const found = chainId && this.#findLinked(chainId);
    if (found !== undefined) return { record: found, written: false, isRead: false };
    const { writeLayer } = await import("./write-layer.ts");
    const write = (): StoredLayer => this.#write(request, (path, options) => writeLayer(path, archive, options));
    if (chainId === undefined) return write();
    using _lock = lockByName(`${this.root}/locks`, hexOf(chainId)); // of several writers one writes, and nothing here waits for another of ours
    const foundNow = this.#findLinked(chainId);
    return foundNow === undefined ? write() : { record: foundNow, written: false, isRead: false };
  }

  find(chainId: Digest): LayerRecord | undefined {
    return readLayerRecord(this.root, chainId);
  }

  index(): StackIndex {
    const places = {
      nearest: (chainId: Digest) => [chainId, ...this.#require(chainId).lower],
      directory: (chainId: Digest) => layerFiles(this.root, chainId),
    };
    return new StackIndex(places, new OverlayForm(this.#options));
  }

  stack(chainId: Digest): Digest[] {
    const stack = readStack(this.root, chainId);
    if (stack === undefined) throw this.#missing(chainId);
    return stack;
  }

  chain(chainId: Digest): string[] {
    return this.stack(chainId).map((id) => layerFiles(this.root, id));
  }

  shortChain(chainId: Digest): string[] {
    return this.stack(chainId).map((id) => shortLink(this.root, id));
  }

  list(): LayerRecord[] {
    const names = (readDirectory(layersDirectory(this.root)) ?? []).map(({ name }) => name).sort();
    return names.flatMap((name) => {
      const chainId = chainIdFrom(name);
      const record = chainId && this.find(chainId);
      return record === undefined ? [] : [record];
    });
  }

  remove(chainIds: readonly Digest[], tell: (chainId: Digest) => void = () => undefined): void {
    const records = new Map(this.list().map((record) => [record.chainId, record]));
    const above = new Map<Digest, number>(); // how many layers sit on each
    const count = (parent: Digest | undefined, change: number): unknown => parent && above.set(parent, (above.get(parent) ?? 0) + change);
    for (const { lower } of records.values()) count(lower[0], 1);
    makeDirectories(this.#tmp, 0o700);
    for (const chainId of chainIds) {
      if ((above.get(chainId) ?? 0) > 0) throw isNeeded(chainId, records.values());
      this.#remove(chainId);
      if (records.has(chainId)) count(records.get(chainId)?.lower[0], -1);
      records.delete(chainId);
      tell(chainId);
    }
  }

  #remove(chainId: Digest): void {
    using staging = openStaging(this.#tmp);
    tryUnlink(shortLink(this.root, chainId));
    using layers = this.#openLayers();
    using target = openFile(staging.path, OPEN.path | OPEN.directory);
    if (layers === undefined) return;
    const result = tryRenameNew(layers.number, hexOf(chainId), target.number, "removed");
    if (result !== -ERRNO.ENOENT) check(result, "rename(2)", `remove layer ${chainId}`);
  }

  sync(): void {
    if (statIfThere(layersDirectory(this.root)) !== undefined) syncDirectory(layersDirectory(this.root));
  }

  async verify(chainId: Digest, tell?: (bytes: number) => void): Promise<string[]> {
    const record = this.#require(chainId);
    const { verifyLayer } = await import("./verify.ts");
    return verifyLayer(layerDirectory(this.root, chainId), record, tell);
  }

  sweep({ links } = { links: false }): number {
    return sweepStaging(this.#tmp) + sweepStaging(`${this.root}/locks`) + (links ? this.#sweepLinks() : 0);
  }

  get #tmp(): string {
    return `${this.root}/tmp/layers`;
  }

  #require(chainId: Digest): LayerRecord {
    const record = this.find(chainId);
    if (record === undefined) throw this.#missing(chainId);
    return record;
  }

  #missing(chainId: Digest): RuntimeError {
    return new RuntimeError("not-found", `cannot find layer ${chainId}: it is not in the store ${this.root}`);
  }

  /** A writer may have died between the layer's arrival and its short link's. */
  #findLinked(chainId: Digest): LayerRecord | undefined {
    const record = this.find(chainId);
    if (record !== undefined) this.#link(chainId);
    return record;
  }

  #link(chainId: Digest): void {
    using links = openFile(`${this.root}/l`, OPEN.path | OPEN.directory);
    const name = shortLink("", chainId).slice("/l/".length);
    const result = trySymlink(byteString(`../layers/sha256/${hexOf(chainId)}/diff`), links.number, name);
    if (result !== -ERRNO.EEXIST) check(result, "symlink(2)", `create link ${this.root}/l/${name}`);
  }

  #write(request: LayerRequest, write: (path: string, options: WriteLayerOptions) => LayerRecord): StoredLayer {
    using staging = openStaging(this.#tmp);
    const parent = request.parent && this.#require(request.parent);
    using own = request.below === undefined ? this.index() : undefined;
    const lower = (request.below ?? own)?.moveTo(request.parent);
    const record = write(staging.path, { ...this.#options, request, parent, ...(lower && { lower }) });
    const written = this.#arrive(staging.path, record.chainId);
    this.#link(record.chainId);
    return { record: this.#require(record.chainId), written, isRead: true };
  }

  /** False if another writer was faster. */
  #arrive(path: string, chainId: Digest): boolean {
    using tmp = openFile(this.#tmp, OPEN.path | OPEN.directory);
    using layers = openFile(layersDirectory(this.root), OPEN.path | OPEN.directory);
    const result = tryRenameNew(tmp.number, path.slice(path.lastIndexOf("/") + 1), layers.number, hexOf(chainId));
    if (result === -ERRNO.EEXIST) return false;
    check(result, "rename(2)", `put layer ${chainId} in its place`);
    return true;
  }

  #openLayers(): ReturnType<typeof openFile> | undefined {
    return readDirectory(layersDirectory(this.root)) && openFile(layersDirectory(this.root), OPEN.path | OPEN.directory);
  }

  /** Those that lead to a layer that is gone. */
  #sweepLinks(): number {
    const names = (readDirectory(`${this.root}/l`) ?? []).map(({ name }) => name);
    if (names.length === 0) return 0;
    const kept = new Set(this.list().map(({ chainId }) => shortLink("", chainId).slice("/l/".length)));
    using links = openFile(`${this.root}/l`, OPEN.path | OPEN.directory);
    const dangling = names.filter((name) => !kept.has(name) && lookAt(links.number, name) !== undefined);
    for (const name of dangling) removeTree(links.number, name);
    return dangling.length;
  }
}

function isNeeded(chainId: Digest, records: Iterable<LayerRecord>): RuntimeError {
  const [other] = [...records].filter(({ lower }) => lower[0] === chainId);
  return new RuntimeError("state", `cannot remove layer ${chainId}: layer ${other?.chainId} sits on it`);
}
