/** Gives the operations on bundles a way to the image store, which is loaded when a bundle needs it and not before. */
import type { BundleContext } from "../../host/context.ts";
import type { Context } from "../line/context.ts";

/** With `keep` the store does not give up the layers of a bundle while its layers.json is there. */
export function withLayers(context: Context, { keep }: { readonly keep: boolean }): BundleContext {
  return {
    ...context,
    findLayers: async (file, bundle) => {
      const { findStoredLayers } = await import("./stored-layers.ts");
      return findStoredLayers(file, { root: context.imageRoot, bundle, keep });
    },
    loadTreeMaker: async () => {
      const { layerTrees } = await import("./layer-trees.ts");
      return layerTrees;
    },
  };
}
