/**
 * What one import, pull or commit brings into the store. Images get their names at the end, all at once; when something fails before that, what
 * has been added by then is taken back.
 */
import type { Digest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { StackIndex } from "../../layers/form/stack-index.ts";
import type { LayerRecord } from "../../layers/store/store.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { lockFile, tryLockFile } from "../../sys/file/file-lock.ts";
import type { Descriptor } from "../format/manifest.ts";
import { findGarbage, removeGarbage } from "../store/collect.ts";
import type { ImageStore } from "../store/image-store.ts";

export class Additions {
  /** Whatever the images need, whether it was there before or not. */
  readonly blobs = new Set<Digest>();
  readonly layers = new Set<Digest>();
  /** What the layers that are unpacked one after the other sit on. */
  readonly below: StackIndex;
  readonly #contents = new Map<Digest, Digest>();
  readonly #images: { readonly entry: Descriptor; readonly name: string | undefined }[] = [];

  constructor(below: StackIndex) {
    this.below = below;
  }

  get images(): readonly { readonly entry: Descriptor; readonly name: string | undefined }[] {
    return this.#images;
  }

  /** An image that is whole. Without a name it stays nameless. */
  name(entry: Descriptor, name: string | undefined): void {
    this.#images.push({ entry, name });
  }

  /** The blob in the store has been read to its end, and is the layer with that content. */
  noteContent(blob: Digest, diffId: Digest): void {
    this.#contents.set(blob, diffId);
  }

  hasContent(blob: Digest, diffId: Digest): boolean {
    return this.#contents.get(blob) === diffId;
  }
}

export interface AddingWork {
  readonly store: ImageStore;
  readonly warn: (message: string) => void;
}

/** Runs `work` with the store's lock, and names what it has added. All or nothing: if it fails, the store is as before. */
export async function addToStore<T>({ store, warn }: AddingWork, work: (additions: Additions) => Promise<T>): Promise<T> {
  using lock = store.shareLock();
  using below = store.layers.index();
  const additions = new Additions(below);
  try {
    const result = await work(additions);
    store.blobs.sync();
    store.layers.sync();
    store.addAll(additions.images);
    return result;
  } catch (error) {
    takeBack(store, additions, { lock, warn });
    throw error;
  }
}

/** Removes what nobody else needs. Others who are at work may just begin to need it: then it is left to `image gc`. */
function takeBack(store: ImageStore, additions: Additions, { lock, warn }: { readonly lock: Fd; readonly warn: AddingWork["warn"] }): void {
  if (additions.blobs.size + additions.layers.size === 0) return;
  try {
    if (!tryLockFile(lock, "exclusive")) throw new RuntimeError("state", "others are using the store");
    const { blobs, layers } = findGarbage(store);
    removeGarbage(store, {
      blobs: blobs.filter(({ digest }) => additions.blobs.has(digest)),
      layers: withAllAbove(layers, additions.layers),
    });
    lockFile(lock, "shared");
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    warn(`some of what was added stays until lamina image gc: ${error.message}`);
  }
}

/** Of layers that are garbage, the topmost first, those that may go: no other garbage sits on them. */
function withAllAbove(garbage: readonly LayerRecord[], wanted: ReadonlySet<Digest>): LayerRecord[] {
  const needed = new Set<Digest>();
  return garbage.filter(({ chainId, lower: [parent] }) => {
    if (wanted.has(chainId) && !needed.has(chainId)) return true;
    if (parent !== undefined) needed.add(parent);
    return false;
  });
}
