/** lamina image export */
import { RuntimeError } from "../base/errors.ts";
import { writeArchive } from "../image/archive-sink.ts";
import { exportDockerArchive, exportLayout, exportLayoutArchive } from "../image/export-image.ts";
import { readImage } from "../image/image.ts";
import { nameOf, requireImageName } from "../image/image-name.ts";
import { ImageStore } from "../image/image-store.ts";
import { parsePlatform } from "../image/platform.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { showProgress } from "./progress-line.ts";

export async function run(args: Arguments<"image export">, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  const entry = store.find(args.image);
  using _ = store.shareLock();
  const image = await readImage(store.blobs, entry, args.platform === undefined ? undefined : parsePlatform(args.platform));
  const name = args.name === undefined ? nameOf(entry) : requireImageName(args.name);
  using shown = showProgress(false, context.warn);
  const exporting = { store, image, name, progress: shown.progress };
  const format = formatFor(args);
  if (format === "oci") await exportLayout(exporting, args.destination);
  else
    await writeArchive(args.destination, (sink) => (format === "oci-archive" ? exportLayoutArchive : exportDockerArchive)(exporting, sink));
  return 0;
}

function formatFor({ format, destination }: Arguments<"image export">): "oci" | "oci-archive" | "docker-archive" {
  const isStream = destination === "-";
  if (isStream && process.stdout.isTTY) throw new RuntimeError("usage", "cannot export to standard output: it is a terminal");
  if (isStream && format === "oci") throw new RuntimeError("usage", "cannot export to standard output: the format oci is a directory");
  return format ?? (isStream || destination.endsWith(".tar") ? "oci-archive" : "oci");
}
