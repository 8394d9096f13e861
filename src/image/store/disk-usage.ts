/** Who takes which space in a store. Bytes of blobs, and of files in unpacked layers; directories and file system overhead are not counted. Pure. */
import type { Digest } from "../../base/digest.ts";
import type { LayerRecord } from "../../layers/store/store.ts";
import { chainIdsOf } from "../format/image-config.ts";
import type { CatalogEntry } from "./catalog.ts";

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
  const distinct = [...new Map(all.map((one) => [one.entry.entry.digest, one])).values()]; // another name is no other image
  const users = { blobs: countUsers(distinct.map(({ blobs }) => blobs)), layers: countUsers(distinct.map(({ layers }) => layers)) };
  return all.map(({ entry, blobs, layers: own }) => ({
    name: entry.name,
    digest: entry.entry.digest,
    total: { blobs: sum(blobs), layers: sum(own) },
    shared: {
      blobs: sum(blobs, (digest) => (users.blobs.get(digest) ?? 0) > 1),
      layers: sum(own, (chainId) => (users.layers.get(chainId) ?? 0) > 1),
    },
  }));
}

/** How many images need each. */
function countUsers(needs: readonly ReadonlyMap<Digest, number>[]): Map<Digest, number> {
  const users = new Map<Digest, number>();
  for (const need of needs) for (const digest of need.keys()) users.set(digest, (users.get(digest) ?? 0) + 1);
  return users;
}

function sum(sizes: ReadonlyMap<Digest, number>, counts: (digest: Digest) => boolean = () => true): number {
  let total = 0;
  for (const [digest, size] of sizes) if (counts(digest)) total += size;
  return total;
}
