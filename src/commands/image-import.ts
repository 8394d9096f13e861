/** lamina image import */
import type { Added } from "../image/add-image.ts";
import { ImageStore } from "../image/image-store.ts";
import { importImage } from "../image/import-image.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { choosePlatform } from "./platform-choice.ts";
import { showProgress } from "./progress-line.ts";

export async function run(args: Arguments<"image import">, context: Context): Promise<number> {
  const chosen = choosePlatform(args);
  const store = new ImageStore(context.imageRoot);
  using _ = store.shareLock();
  using shown = showProgress(args.quiet, context.warn);
  const adding = { store, ...chosen, progress: shown.progress, warn: shown.warn };
  const { source, name, ref } = args;
  const added = await importImage(adding, { source, name, ref, epoch: process.env.SOURCE_DATE_EPOCH || undefined });
  for (const image of added) context.print(args.quiet ? `${image.descriptor.digest}\n` : describeAdded(image));
  return 0;
}

export function describeAdded({ name, descriptor, layers, newLayers }: Added): string {
  return `${name ?? "<none>"}: ${descriptor.digest}, ${layers} ${layers === 1 ? "layer" : "layers"}, ${newLayers} new\n`;
}
