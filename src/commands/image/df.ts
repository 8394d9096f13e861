/** lamina image df */
import { plainJson } from "../../base/plain-json.ts";
import { readCatalog } from "../../image/store/catalog.ts";
import { findGarbage } from "../../image/store/collect.ts";
import { type ImageSpace, imageSpaces } from "../../image/store/disk-usage.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TABLE } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { columns, shortDigest, sizeText } from "../text/columns.ts";

export const ROW = {
  summary: "show how much space images take",
  details: "Shows how much of each image is shared and how much is its own, and what `image gc` would free.",
  positionals: [],
  options: [JSON_OR_TABLE],
} as const satisfies CommandRow;

export function run({ format }: Arguments<typeof ROW>, context: Context): number {
  const store = new ImageStore(context.imageRoot);
  const layers = store.layers.list();
  const images = imageSpaces(readCatalog(store), layers);
  const garbage = findGarbage(store);
  const total = {
    blobs: store.blobs.list().reduce((sum, digest) => sum + (store.blobs.size(digest) ?? 0), 0),
    layers: layers.reduce((sum, { size }) => sum + size, 0),
  };
  const reclaimable = {
    blobs: garbage.blobs.reduce((sum, { size }) => sum + size, 0),
    layers: garbage.layers.reduce((sum, { size }) => sum + size, 0),
  };
  if (format === "json") context.print(`${plainJson(JSON.stringify({ images, total, reclaimable }))}\n`);
  else {
    context.print(columns([["NAME", "DIGEST", "ARCHIVES", "UNPACKED", "SHARED", "OWN"], ...images.map(rowOf)]));
    context.print(`\nin the store: ${sizeText(total.blobs)} of archives, ${sizeText(total.layers)} unpacked\n`);
    context.print(`image gc frees: ${sizeText(reclaimable.blobs)} of archives, ${sizeText(reclaimable.layers)} unpacked\n`);
  }
  return 0;
}

function rowOf({ name, digest, total, shared }: ImageSpace): string[] {
  const all = total.blobs + total.layers;
  const common = shared.blobs + shared.layers;
  return [name ?? "<none>", shortDigest(digest), ...[total.blobs, total.layers, common, all - common].map(sizeText)];
}
