/** Frees what no image and no bundle needs: blobs, and unpacked layers. */
import type { Digest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { LayerRecord } from "../../layers/store/store.ts";
import { describeManifest, layersOf, readCatalog, readCatalogEntry } from "./catalog.ts";
import type { ImageStore } from "./image-store.ts";
import { readUses } from "./uses.ts";

export interface Garbage {
  readonly blobs: readonly { readonly digest: Digest; readonly size: number }[];
  /** The topmost first, so that they can be removed in this order. */
  readonly layers: readonly LayerRecord[];
}

/** Throws "integrity" if a manifest cannot be read: what it needs is not known, so nothing can be called garbage. */
export function findGarbage(store: ImageStore): Garbage {
  const uses = readUses(store);
  const used = uses.flatMap(({ manifest }) => (manifest === undefined ? [] : (describeManifest(store, manifest) ?? [])));
  const catalog = [...readCatalog(store), ...used.map((descriptor) => readCatalogEntry(store, descriptor))];
  const unreadable = catalog.flatMap(({ problems }) => problems).find((problem) => problem.startsWith("cannot "));
  if (unreadable !== undefined) {
    throw new RuntimeError("integrity", `cannot tell what is needed: ${unreadable}`, { hint: "see lamina image verify" });
  }
  const blobs = new Set(catalog.flatMap((entry) => [...entry.blobs.keys()]));
  const layers = layersOf(catalog);
  for (const use of uses) {
    layers.add(use.layers);
    if (store.layers.find(use.layers) !== undefined) for (const one of store.layers.stack(use.layers)) layers.add(one);
  }
  return {
    blobs: store.blobs
      .list()
      .filter((digest) => !blobs.has(digest))
      .map((digest) => ({ digest, size: store.blobs.size(digest) ?? 0 })),
    layers: store.layers
      .list()
      .filter(({ chainId }) => !layers.has(chainId))
      .sort((a, b) => b.depth - a.depth),
  };
}

/** Hears of what is gone, one after the other. */
export interface Removing {
  readonly blob: (digest: Digest, size: number) => void;
  readonly layer: (chainId: Digest, size: number) => void;
}

/** For whoever holds the store's lock alone. Killed in between it leaves garbage, and nothing half. */
export function removeGarbage(store: ImageStore, { blobs, layers }: Garbage, tell?: Removing): void {
  for (const { digest, size } of blobs) {
    store.blobs.remove(digest);
    tell?.blob(digest, size);
  }
  const sizes = new Map(layers.map(({ chainId, size }) => [chainId, size]));
  store.layers.remove([...sizes.keys()], (chainId) => tell?.layer(chainId, sizes.get(chainId) ?? 0));
}
