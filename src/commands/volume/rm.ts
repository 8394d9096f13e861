/** lamina volume rm */
import { ImageStore } from "../../image/image-store.ts";
import { removeVolume } from "../../image/volumes.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run({ volume }: Arguments<"volume rm">, context: Context): number {
  const store = new ImageStore(context.imageRoot);
  using _ = store.takeLock(() => context.warn(`waiting for others who use ${store.root}`));
  removeVolume(store, volume);
  return 0;
}
