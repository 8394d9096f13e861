/** Gives the operations on bundles a way to the image store, and to those who make trees of layers: they know nothing of how layers are kept. */
import type { BundleContext } from "../../host/context.ts";
import { makeTree, snapshotTree } from "../../layers/copy/layer-tree.ts";
import type { Context } from "../line/context.ts";
import { findStoredLayers } from "./stored-layers.ts";

/** With `keep` the store does not give up the layers of a bundle while its layers.json is there. */
export function withLayers(context: Context, { keep }: { readonly keep: boolean }): BundleContext {
  return {
    ...context,
    findLayers: (file, bundle) => findStoredLayers(file, { root: context.imageRoot, bundle, keep }),
    trees: { make: makeTree, snapshot: snapshotTree },
  };
}
