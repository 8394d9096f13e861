/** lamina volume list */
import { plainJson } from "../../base/plain-json.ts";
import { treeSize } from "../../host/layers/tree-size.ts";
import { listVolumes } from "../../image/bundle/volumes.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TABLE } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { columns, sizeText } from "../text/columns.ts";

export const ROW = {
  summary: "list named volumes",
  details: "Lists the volumes made by `--volume NAME:/DIR`, their size and the bundles that mount them.",
  positionals: [],
  options: [JSON_OR_TABLE, { name: "quiet", type: "boolean", alias: "q", summary: "print only the names" }],
} as const satisfies CommandRow;

export function run({ format, quiet }: Arguments<typeof ROW>, context: Context): number {
  const volumes = listVolumes(new ImageStore(context.imageRoot));
  if (quiet) for (const { name } of volumes) context.print(`${name}\n`);
  else {
    const listed = volumes.map((volume) => ({ ...volume, size: treeSize(volume.path) }));
    const rows = listed.map(({ name, size, bundles, path }) => [name, sizeText(size), String(bundles.length), path]);
    context.print(format === "json" ? `${plainJson(JSON.stringify(listed))}\n` : columns([["NAME", "SIZE", "BUNDLES", "PATH"], ...rows]));
  }
  return 0;
}
