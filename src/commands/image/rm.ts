/** lamina image rm */
import { nameOf } from "../../image/image-name.ts";
import { ImageStore } from "../../image/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

/** By a name only that name goes; by a digest every name of that image. */
export function run({ image }: Arguments<"image rm">, context: Context): number {
  const store = new ImageStore(context.imageRoot);
  const found = store.find(image);
  const isNamed = nameOf(found) === image || nameOf(found) === `${image}:latest` || `${nameOf(found)}:latest` === image;
  store.removeEntries(({ name, digest }) => (isNamed ? name === nameOf(found) : digest === found.digest));
  return 0;
}
