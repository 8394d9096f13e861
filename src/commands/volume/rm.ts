/** lamina volume rm */

import { removeVolume } from "../../image/bundle/volumes.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "remove a named volume and its files",
  details: "Removes a volume permanently. A volume that a bundle mounts is refused, whether or not its container runs.",
  positionals: [{ name: "volume", summary: "name of a volume" }],
  options: [],
} as const satisfies CommandRow;

export function run({ volume }: Arguments<typeof ROW>, context: Context): number {
  const store = new ImageStore(context.imageRoot);
  using _ = store.takeLock(() => context.warn(`waiting for others who use ${store.root}`));
  removeVolume(store, volume);
  return 0;
}
