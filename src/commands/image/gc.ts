/** lamina image gc */
import { findGarbage, type Removing, removeGarbage } from "../../image/store/collect.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import { sweepUses } from "../../image/store/uses.ts";
import { sizeOfAll } from "../../image/stream/progress.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { sizeText } from "../text/columns.ts";
import { showProgress } from "../text/progress-line.ts";

export const ROW = {
  summary: "free what no image or bundle needs",
  details: "Removes blobs and unpacked layers that no image in the store and no bundle in use refers to. Waits for running imports.",
  positionals: [],
  options: [{ name: "dry-run", type: "boolean", alias: "n", summary: "print what would be removed, and remove nothing" }],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number {
  const store = new ImageStore(context.imageRoot);
  using _ = store.takeLock(() => context.warn(`waiting for others who use ${store.root}`));
  const garbage = findGarbage(store);
  const blob: Removing["blob"] = (digest, size) => context.print(`blob ${digest} ${sizeText(size)}\n`);
  const layer: Removing["layer"] = (chainId, size) => context.print(`layer ${chainId} ${sizeText(size)}\n`);
  if (args.dryRun) {
    for (const { digest, size } of garbage.blobs) blob(digest, size);
    for (const { chainId, size } of garbage.layers) layer(chainId, size);
    return 0;
  }
  using shown = showProgress(false, context.warn);
  shown.progress.begin("removing", sizeOfAll([...garbage.blobs, ...garbage.layers]));
  removeGarbage(store, garbage, {
    blob: (digest, size) => {
      blob(digest, size);
      shown.progress.advance(size);
    },
    layer: (chainId, size) => {
      layer(chainId, size);
      shown.progress.advance(size);
    },
  });
  sweepUses(store);
  return 0;
}
