/** lamina image export */
import { RuntimeError } from "../base/errors.ts";
import { writeArchive } from "../image/archive-sink.ts";
import { exportDockerArchive, exportLayout, exportLayoutArchive, exportRootFilesystem } from "../image/export-image.ts";
import { readImage, unpackedLayers } from "../image/image.ts";
import { nameOf, requireImageName } from "../image/image-name.ts";
import { ImageStore } from "../image/image-store.ts";
import { parsePlatform } from "../image/platform.ts";
import { requireArchiveDestination } from "./archive-destination.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { showProgress } from "./progress-line.ts";

export async function run(args: Arguments<"image export">, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  const format = formatFor(args);
  const platform = args.platform === undefined ? undefined : parsePlatform(args.platform);
  const entry = store.find(args.image);
  using _ = store.shareLock();
  const image = await readImage(store.blobs, entry, platform);
  const show = (): ReturnType<typeof showProgress> => showProgress(false, context.warn);
  const layers = format === "rootfs" ? await unpackedLayers(store, image, show) : [];
  using shown = show();
  const { progress } = shown;
  if (format === "rootfs") {
    await writeArchive(args.destination, (sink) => exportRootFilesystem({ layers, progress }, sink));
    return 0;
  }
  const name = args.name === undefined ? nameOf(entry) : requireImageName(args.name);
  const exporting = { store, image, name, progress };
  if (format === "oci") await exportLayout(exporting, args.destination);
  else
    await writeArchive(args.destination, (sink) => (format === "oci-archive" ? exportLayoutArchive : exportDockerArchive)(exporting, sink));
  return 0;
}

type Format = NonNullable<Arguments<"image export">["format"]>;

function formatFor({ format, destination, name }: Arguments<"image export">): Format {
  requireArchiveDestination(destination);
  const isStream = destination === "-";
  if (isStream && format === "oci") throw new RuntimeError("usage", "cannot export to standard output: the format oci is a directory");
  if (format === "rootfs" && name !== undefined) {
    throw new RuntimeError("usage", `cannot export the root filesystem as ${name}: it is no image and has no name`);
  }
  return format ?? (isStream || destination.endsWith(".tar") ? "oci-archive" : "oci");
}
