/**
 * Content-addressed layers on disk, as overlayfs wants them. This is the contract; disk-store.ts keeps it.
 *
 *   <root>/layers/sha256/<hex of chain id>/diff        the layer's files, in overlay form, never modified again
 *   <root>/layers/sha256/<hex of chain id>/layer.json  LayerRecord
 *   <root>/layers/sha256/<hex of chain id>/…           what `verify` needs
 *   <root>/layers/sha256/<hex of chain id>/tree        with all layers below, as one tree (layer-tree.ts), if a driver has asked for it
 *   <root>/l/<26 digits>                               short link to a `diff`, for mounts by string
 *   <root>/tmp/…                                       layers being written; swept when their writer is gone
 */
import type { Digest } from "../../base/digest.ts";
import type { StackIndex } from "../form/stack-index.ts";

export interface LayerRecord {
  readonly chainId: Digest;
  /** Digest of the uncompressed archive. */
  readonly diffId: Digest;
  /** Chain ids of the layers below, the nearest first: all of them, or the first 64 of more (see `stack`). */
  readonly lower: readonly Digest[];
  /** How many there are below. */
  readonly depth: number;
  /** Bytes in the layer's regular files. */
  readonly size: number;
  /** Archive entries. */
  readonly entries: number;
}

export interface LayerRequest {
  /** Chain id of the layer below, which must be in the store; absent = a base layer. */
  readonly parent?: Digest;
  /** What the layers below show, kept from one put to the next, so that a stack costs no more than its layers. */
  readonly below?: StackIndex;
  /** What the uncompressed archive must hash to. Absent = whatever it is. */
  readonly diffId?: Digest;
  /** Called with what the archive asks for and this process may not do, once for each kind. */
  readonly warn?: (message: string) => void;
}

export interface StoredLayer {
  readonly record: LayerRecord;
  /** False if the layer was there already, or another writer was faster. */
  readonly written: boolean;
  /** Whether the archive was read, to its end. */
  readonly isRead: boolean;
}

export interface LayerStore {
  readonly root: string;

  /**
   * Unpacks a layer. Its archive is not compressed, and read to its end.
   *
   * Idempotent: a normal return means "the layer is there". With a `diffId` that is there, the archive is not read.
   * Atomic: a layer is there whole or not at all, whatever is killed when. Writers of one layer in several processes write it once.
   * Rejects with code "integrity" for a wrong digest or a damaged archive, "unsupported" for what cannot be unpacked, "not-found" for an absent parent.
   */
  put(request: LayerRequest, archive: Iterable<Uint8Array>): Promise<StoredLayer>;

  /** The names of all layers that have been put, whoever did it, are on the disk afterwards; their files were before they got them. */
  sync(): void;

  /** The record of a layer, or undefined if it is not there. Reads one file. */
  find(chainId: Digest): LayerRecord | undefined;

  /** An empty one for the layers of this store; the caller disposes of it. */
  index(): StackIndex;

  /** Chain ids of the layer and all below, the top first. Throws "not-found". Reads one file for 64 layers. */
  stack(chainId: Digest): Digest[];

  /** Directories for the lower layers of an overlay mount, the top first, as `stack`. */
  chain(chainId: Digest): string[];

  /** As `chain`, by short links: at most 26 characters below `<root>/l/`. */
  shortChain(chainId: Digest): string[];

  list(): LayerRecord[];

  /** In that order, which is from the top down. Idempotent. Throws "state" while another layer sits on one of them. The caller knows that no container uses any. */
  remove(chainIds: readonly Digest[], tell?: (chainId: Digest) => void): void;

  /** What differs from the archive that the layer came from, one sentence each: none is good. `tell` hears how many bytes are compared. Throws "not-found". */
  verify(chainId: Digest, tell?: (bytes: number) => void): Promise<string[]>;

  /** Removes what writers left that died. Safe while others put. Returns how many. With `links` it looks for short links that lead nowhere as well. */
  sweep(options?: { readonly links: boolean }): number;
}
