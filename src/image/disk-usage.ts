/** Who takes which space in a store. Bytes of blobs, and of files in unpacked layers; directories and file system overhead are not counted. Pure. */
import type { Digest } from "../base/digest.ts";
import type { LayerRecord } from "../layers/store.ts";
import type { CatalogEntry } from "./catalog.ts";
import { chainIdsOf } from "./image-config.ts";

export interface Space {
  readonly blobs: number;
  readonly layers: number;
}

export interface ImageSpace {
  readonly name: string | undefined;
  readonly digest: Digest;
  /** With everything that it needs. */
  readonly total: Space;
  /** What other images need as well. */
  readonly shared: Space;
}

export function imageSpaces(catalog: readonly CatalogEntry[], layers: readonly LayerRecord[]): ImageSpace[] {
  const sizes = new Map(layers.map(({ chainId, size }) => [chainId, size]));
  const blobsOf = (entry: CatalogEntry): Map<Digest, number> => new Map([...entry.blobs].map(([digest, { size }]) => [digest, size]));
  const layersOf = (entry: CatalogEntry): Map<Digest, number> =>
    new Map(entry.images.flatMap(({ config }) => chainIdsOf(config.diffIds)).map((chainId) => [chainId, sizes.get(chainId) ?? 0]));
  const all = catalog.map((entry) => ({ entry, blobs: blobsOf(entry), layers: layersOf(entry) }));
  return all.map((own) => {
    const others = all.filter(({ entry }) => entry.entry.digest !== own.entry.entry.digest);
    return {
      name: own.entry.name,
      digest: own.entry.entry.digest,
      total: { blobs: sum(own.blobs), layers: sum(own.layers) },
      shared: {
        blobs: sum(own.blobs, (digest) => others.some(({ blobs }) => blobs.has(digest))),
        layers: sum(own.layers, (chainId) => others.some((other) => other.layers.has(chainId))),
      },
    };
  });
}

function sum(sizes: ReadonlyMap<Digest, number>, counts: (digest: Digest) => boolean = () => true): number {
  let total = 0;
  for (const [digest, size] of sizes) if (counts(digest)) total += size;
  return total;
}
