/** Whole trees of layers for the operations on bundles, which know nothing of how layers are kept. */
import type { TreeMaker } from "../../host/context.ts";
import { makeTree, snapshotTree } from "../../layers/layer-tree.ts";

export const layerTrees: TreeMaker = { make: makeTree, snapshot: snapshotTree };
