/** lamina volume list */
import { plainJson } from "../../base/plain-json.ts";
import { treeSize } from "../../host/layers/tree-size.ts";
import { ImageStore } from "../../image/image-store.ts";
import { listVolumes } from "../../image/volumes.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { columns, sizeText } from "../text/columns.ts";

export function run({ format, quiet }: Arguments<"volume list">, context: Context): number {
  const volumes = listVolumes(new ImageStore(context.imageRoot));
  if (quiet) for (const { name } of volumes) context.print(`${name}\n`);
  else {
    const listed = volumes.map((volume) => ({ ...volume, size: treeSize(volume.path) }));
    const rows = listed.map(({ name, size, bundles, path }) => [name, sizeText(size), String(bundles.length), path]);
    context.print(format === "json" ? `${plainJson(JSON.stringify(listed))}\n` : columns([["NAME", "SIZE", "BUNDLES", "PATH"], ...rows]));
  }
  return 0;
}
