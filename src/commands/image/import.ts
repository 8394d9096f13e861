/** lamina image import */
import { environmentVariable } from "../../host/caller/caller.ts";
import type { Added } from "../../image/adding.ts";
import { addToStore } from "../../image/additions.ts";
import { ImageStore } from "../../image/image-store.ts";
import { importImage } from "../../image/import-image.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { showProgress } from "../text/progress-line.ts";
import { choosePlatform } from "./platform-choice.ts";

export async function run(args: Arguments<"image import">, context: Context): Promise<number> {
  const chosen = choosePlatform(args);
  const store = new ImageStore(context.imageRoot);
  using shown = showProgress(args.quiet, context.warn);
  const { source, name, ref } = args;
  const { progress, warn } = shown;
  const added = await addToStore({ store, warn }, (additions) =>
    importImage(
      { store, additions, ...chosen, progress, warn },
      { source, name, ref, epoch: environmentVariable("SOURCE_DATE_EPOCH") || undefined },
    ),
  );
  for (const image of added) context.print(args.quiet ? `${image.descriptor.digest}\n` : describeAdded(image));
  return 0;
}

export function describeAdded({ name, descriptor, layers, newLayers }: Added): string {
  return `${name ?? "<none>"}: ${descriptor.digest}, ${layers} ${layers === 1 ? "layer" : "layers"}, ${newLayers} new\n`;
}
