/** lamina image tag */
import { requireImageName } from "../../image/image-name.ts";
import { ImageStore } from "../../image/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run({ image, name }: Arguments<"image tag">, context: Context): number {
  requireImageName(name);
  const store = new ImageStore(context.imageRoot);
  store.find(image); // before anything is made
  using _ = store.shareLock();
  store.add(store.find(image), name);
  return 0;
}
