/** lamina image import */
import { environmentVariable } from "../../host/caller/caller.ts";
import type { Added } from "../../image/add/adding.ts";
import { addToStore } from "../../image/add/additions.ts";
import { importImage } from "../../image/source/import-image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { showProgress } from "../text/progress-line.ts";
import { ALL_PLATFORMS, PLATFORM } from "./image-options.ts";
import { choosePlatform } from "./platform-choice.ts";

export const ROW = {
  summary: "import an image or a root filesystem into the store",
  details:
    "Accepts an OCI image layout (directory or archive), a `docker save` archive, or a tar of a root filesystem, which becomes a base image; the content decides which. Archives may be compressed with gzip or zstd; - is standard input. oci:DIRECTORY[:NAME], oci-archive:FILE[:NAME] and docker-archive:FILE[:NAME] work as in skopeo. SOURCE_DATE_EPOCH sets the date of a base image.",
  positionals: [
    { name: "source", summary: "directory or archive, by path or skopeo name, or - for standard input" },
    { name: "name", optional: true, summary: "name in the store; default: the name in the source" },
  ],
  options: [
    PLATFORM,
    ALL_PLATFORMS,
    { name: "ref", type: "string", value: "name", summary: "import the image with this name, if the source has several" },
    { name: "quiet", type: "boolean", alias: "q", summary: "print only the digests" },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
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
