/** How the images of a store are linked by the layers that they share: a forest whose roots are base layers. Pure. */
import { type Digest, hexOf } from "../../base/digest.ts";
import { chainIdsOf } from "../format/image-config.ts";
import type { CatalogEntry } from "./catalog.ts";

export interface TreeNode {
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly blob: Digest;
  /** Bytes of the layer's archive as it lies in the store. */
  readonly size: number;
  /** The step that made it, as the image's history tells it. */
  readonly createdBy: string | undefined;
  /** Images that end here. */
  readonly images: readonly string[];
  /** How many images have this layer. */
  readonly users: number;
  readonly children: readonly TreeNode[];
}

interface Growing {
  readonly node: Omit<TreeNode, "images" | "users" | "children">;
  readonly images: string[];
  readonly users: Set<Digest>;
  readonly children: Map<Digest, Growing>;
}

export function layerTree(catalog: readonly CatalogEntry[]): TreeNode[] {
  const roots = new Map<Digest, Growing>();
  for (const { name, entry, images } of catalog) {
    const label = name ?? `<none> ${hexOf(entry.digest).slice(0, 12)}`;
    for (const image of images) {
      let level = roots;
      let last: Growing | undefined;
      const steps = image.config.history.filter(({ isEmpty }) => !isEmpty);
      for (const [i, chainId] of chainIdsOf(image.config.diffIds).entries()) {
        const [diffId, layer] = [image.config.diffIds[i], image.manifest.layers[i]];
        if (diffId === undefined || layer === undefined) break;
        last = level.get(chainId) ?? {
          node: { chainId, diffId, blob: layer.digest, size: layer.size, createdBy: steps[i]?.createdBy },
          images: [],
          users: new Set(),
          children: new Map(),
        };
        last.users.add(image.descriptor.digest);
        level.set(chainId, last);
        level = last.children;
      }
      last?.images.push(label);
    }
  }
  return finished(roots);
}

/** Without recursion: an image may have thousands of layers. */
function finished(roots: ReadonlyMap<Digest, Growing>): TreeNode[] {
  const trees: TreeNode[] = [];
  const waiting = [{ level: roots, into: trees }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { node, images, users, children } of next.level.values()) {
      const into: TreeNode[] = [];
      next.into.push({ ...node, images: [...new Set(images)].sort(), users: users.size, children: into });
      waiting.push({ level: children, into });
    }
  }
  return trees;
}
