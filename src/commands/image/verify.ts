/** lamina image verify */
import { enterOwnUserNamespace } from "../../host/caller/caller.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import { removeDamaged, verifyStore } from "../../image/store/verify.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { showProgress } from "../text/progress-line.ts";

export const ROW = {
  summary: "check the whole store",
  details:
    "Checks every blob against its digest, follows every reference, and compares unpacked layers with the archives they came from. Exits with 1 if anything is wrong.",
  positionals: [],
  options: [{ name: "remove-damaged", type: "boolean", summary: "remove damaged blobs and layers; the next import writes them again" }],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  enterOwnUserNamespace();
  using shown = showProgress(false, context.warn);
  const wait = (): void => context.warn(`waiting for others who use ${store.root}`);
  using _ = args.removeDamaged ? store.takeLock(wait) : store.shareLock();
  const verdict = await verifyStore(store, shown.progress);
  for (const problem of verdict.problems) context.print(`${problem}\n`);
  if (args.removeDamaged) removeDamaged(store, verdict);
  if (verdict.problems.length > 0) return 1;
  context.print(`${verdict.blobs} blobs and ${verdict.layers} unpacked layers are as they should be\n`);
  return 0;
}
