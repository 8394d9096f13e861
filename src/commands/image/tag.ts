/** lamina image tag */
import { requireImageName } from "../../image/format/image-name.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { IMAGE } from "./image-options.ts";

export const ROW = {
  summary: "give an image another name",
  details: "Adds a name. Another image with that name loses it.",
  positionals: [IMAGE, { name: "name", summary: "the new name" }],
  options: [],
} as const satisfies CommandRow;

export function run({ image, name }: Arguments<typeof ROW>, context: Context): number {
  requireImageName(name);
  const store = new ImageStore(context.imageRoot);
  store.find(image); // before anything is made
  using _ = store.shareLock();
  store.add(store.find(image), name);
  return 0;
}
