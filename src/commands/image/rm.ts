/** lamina image rm */
import { nameOf } from "../../image/format/image-name.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { IMAGE } from "./image-options.ts";

export const ROW = {
  summary: "remove a name from the store",
  details: "Removes a name; without its last name an image is no longer in the store. `image gc` then frees its space.",
  positionals: [IMAGE],
  options: [],
} as const satisfies CommandRow;

/** By a name only that name goes; by a digest every name of that image. */
export function run({ image }: Arguments<typeof ROW>, context: Context): number {
  const store = new ImageStore(context.imageRoot);
  const found = store.find(image);
  const isNamed = nameOf(found) === image || nameOf(found) === `${image}:latest` || `${nameOf(found)}:latest` === image;
  store.removeEntries(({ name, digest }) => (isNamed ? name === nameOf(found) : digest === found.digest));
  return 0;
}
