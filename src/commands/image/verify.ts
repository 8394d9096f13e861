/** lamina image verify */
import { ImageStore } from "../../image/image-store.ts";
import { removeDamaged, verifyStore } from "../../image/verify.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { showProgress } from "../text/progress-line.ts";

export async function run(args: Arguments<"image verify">, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
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
