/** lamina image tree */
import { plainJson } from "../../base/plain-json.ts";
import { resultWidth } from "../../host/caller/output.ts";
import { readCatalog } from "../../image/catalog.ts";
import { ImageStore } from "../../image/image-store.ts";
import { layerTree } from "../../image/layer-tree.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { treeDot, treeText } from "../text/image-tree-text.ts";

export function run({ format }: Arguments<"image tree">, context: Context): number {
  const roots = layerTree(readCatalog(new ImageStore(context.imageRoot)));
  if (format === "json") context.print(`${plainJson(JSON.stringify(roots))}\n`);
  else context.print(format === "dot" ? treeDot(roots) : treeText(roots, Math.min(resultWidth() ?? 100, 160)));
  return 0;
}
