/** lamina image tree */
import { plainJson } from "../../base/plain-json.ts";
import { resultWidth } from "../../host/caller/output.ts";
import { readCatalog } from "../../image/store/catalog.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import { layerTree } from "../../image/store/layer-tree.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { treeDot, treeText } from "../text/image-tree-text.ts";

export const ROW = {
  summary: "show how images share layers",
  details: "Draws the layers from the base upwards, with their sizes and the images that end there. Shared layers appear once.",
  positionals: [],
  options: [
    {
      name: "format",
      type: "string",
      alias: "f",
      choices: ["text", "json", "dot"],
      default: "text",
      value: "format",
      summary: "text for people, json for programs, dot for Graphviz",
    },
  ],
} as const satisfies CommandRow;

export function run({ format }: Arguments<typeof ROW>, context: Context): number {
  const roots = layerTree(readCatalog(new ImageStore(context.imageRoot)));
  if (format === "json") context.print(`${plainJson(JSON.stringify(roots))}\n`);
  else context.print(format === "dot" ? treeDot(roots) : treeText(roots, Math.min(resultWidth() ?? 100, 160)));
  return 0;
}
