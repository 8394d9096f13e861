/** What containers take: the writable layer, and with it the layers that others may share. */

import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { plainJson } from "../../base/plain-json.ts";
import { type ContainerLayers, readBundleLayers } from "../../host/layers/container-layers.ts";
import { treeSize } from "../../host/layers/tree-size.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import { changedSize } from "../../layers/diff/changes.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Context } from "../line/context.ts";
import { columns, sizeText } from "../text/columns.ts";
import { type ContainerView, inOrder, tableOf } from "../text/container-view.ts";

type Listed = ContainerView & { readonly bundle: HostPath };

/** Bytes in files. */
interface Sizes {
  /** Of the writable layer, or of a root file system without layers. */
  readonly size: number;
  /** With the read-only layers below it. */
  readonly virtualSize: number;
}

export async function formatSizes(containers: readonly Listed[], format: "table" | "json", context: Context): Promise<string> {
  const sizes = await readSizes(containers, context);
  if (format === "json") return `${plainJson(JSON.stringify(containers.map((one) => ({ ...inOrder(one), ...sizes.get(one.bundle) }))))}\n`;
  const [header = [], ...rows] = tableOf(containers);
  return columns([[...header, "SIZE"], ...rows.map((row, i) => [...row, sizeWords(sizes.get(containers[i]?.bundle ?? ""))])]);
}

/** Of a whole tree only what differs from the layers is the container's. */
function writtenSize(upper: HostPath, { lower, marks }: ContainerLayers): number {
  return marks.treeSince === undefined ? treeSize(upper) : changedSize(upper, { lower: lower.toReversed(), ...marks });
}

function sizeWords(sizes: Sizes | undefined): string {
  return sizes === undefined ? "" : `${sizeText(sizes.size)} (virtual ${sizeText(sizes.virtualSize)})`;
}

/** By bundle. A layer is looked at once, whoever shares it. What cannot be looked at is a warning: a container decides what its tree is like. */
async function readSizes(containers: readonly Listed[], context: Context): Promise<ReadonlyMap<string, Sizes>> {
  const store = new ImageStore(context.imageRoot);
  const known = new Map(store.layers.list().map(({ chainId, size }) => [store.layers.chain(chainId)[0] ?? "", size]));
  const sizeOf = (path: string): number => {
    const size = known.get(path) ?? treeSize(path);
    known.set(path, size);
    return size;
  };
  const sizes = new Map<string, Sizes>();
  for (const { id, bundle, rootfs } of containers) {
    try {
      const layers = await readBundleLayers(bundle, withLayers(context, { keep: false }));
      const size = layers === undefined ? treeSize(rootfs) : layers.upper === undefined ? 0 : writtenSize(layers.upper, layers);
      sizes.set(bundle, { size, virtualSize: (layers?.lower ?? []).reduce((sum, path) => sum + sizeOf(path), size) });
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      context.warn(`the size of container ${id} is unknown: ${error.message}`);
    }
  }
  return sizes;
}
