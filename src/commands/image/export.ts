/** lamina image export */

import { RuntimeError } from "../../base/errors.ts";
import { enterOwnUserNamespace } from "../../host/caller/caller.ts";
import { writeArchive } from "../../image/export/archive-sink.ts";
import {
  contentOfImage,
  contentOfIndex,
  exportDockerArchive,
  exportLayout,
  exportLayoutArchive,
  exportRootFilesystem,
  formInStore,
  type LayoutContent,
} from "../../image/export/export-image.ts";
import { nameOf, requireImageName } from "../../image/format/image-name.ts";
import type { Descriptor } from "../../image/format/manifest.ts";
import { kindOf } from "../../image/format/media-types.ts";
import { parsePlatform } from "../../image/format/platform.ts";
import { type ImagePlace, parseImagePlace } from "../../image/format/transport.ts";
import { type Image, readImage, unpackedLayers } from "../../image/store/image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { showProgress } from "../text/progress-line.ts";
import { requireArchiveDestination } from "./archive-destination.ts";
import { IMAGE, PLATFORM } from "./image-options.ts";

export const ROW = {
  summary: "export an image from the store",
  details:
    "Writes an OCI image layout: a directory (an existing layout is added to), or an archive if the destination ends in .tar or is - for standard output. The format docker-archive is for `docker load`; rootfs is a tar of the files alone, all layers in one, from which `image import` makes a base image. oci:DIRECTORY[:NAME], oci-archive:FILE[:NAME] and docker-archive:FILE[:NAME] work as in skopeo. A layout gets all platforms of the image that are in the store, unless --platform is given.",
  positionals: [IMAGE, { name: "destination", summary: "directory or archive, by path or skopeo name, or - for standard output" }],
  options: [
    PLATFORM,
    {
      name: "format",
      type: "string",
      alias: "f",
      choices: ["oci", "oci-archive", "docker-archive", "rootfs"],
      value: "format",
      summary: "output format; default: oci-archive for - and names ending in .tar, else oci",
    },
    { name: "name", type: "string", value: "name", summary: "name of the image in the destination; default: its name in the store" },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  const place = parseImagePlace(args.destination, { verb: "export", instead: (text) => `lamina image push ${args.image} ${text}` });
  const format = formatFor(args, place);
  const chosen = chosenName(args, place);
  const entry = store.find(args.image);
  using _ = store.shareLock();
  const show = (): ReturnType<typeof showProgress> => showProgress(false, context.warn);
  const layers = format === "rootfs" ? await unpackedLayers(store, await readPlatform(store, entry, args), show) : [];
  using shown = show();
  const { progress } = shown;
  const name = chosen ?? nameOf(entry);
  const exporting = { store, name, progress };
  if (format === "oci") await exportLayout(exporting, await contentFor(store, entry, args), place.path);
  else if (format === "rootfs") {
    enterOwnUserNamespace();
    await writeArchive(place.path, (sink) => exportRootFilesystem({ ...formInStore(), layers, progress, hear: () => {} }, sink));
  } else if (format === "oci-archive") {
    const content = await contentFor(store, entry, args);
    await writeArchive(place.path, (sink) => exportLayoutArchive(exporting, content, sink));
  } else {
    const image = await readPlatform(store, entry, args);
    await writeArchive(place.path, (sink) => exportDockerArchive(exporting, image, sink));
  }
  return 0;
}

type Platforms = Pick<Arguments<typeof ROW>, "platform">;

/** An index goes with all of its platforms, unless one is asked for. */
async function contentFor(store: ImageStore, entry: Descriptor, args: Platforms): Promise<LayoutContent> {
  if (args.platform === undefined && kindOf(entry.mediaType) === "index") return contentOfIndex(store, entry);
  return contentOfImage(await readPlatform(store, entry, args));
}

function readPlatform(store: ImageStore, entry: Descriptor, { platform }: Platforms): Promise<Image> {
  return readImage(store.blobs, entry, platform === undefined ? undefined : parsePlatform(platform));
}

type Format = NonNullable<Arguments<typeof ROW>["format"]>;

/** A transport says what skopeo would write there. */
function formatFor({ format, name }: Arguments<typeof ROW>, { transport, path }: ImagePlace): Format {
  const isStream = path === "-";
  if (transport !== undefined && format !== undefined && format !== transport) {
    throw new RuntimeError("usage", `cannot export as ${format} to ${transport}:${path}: the two are different formats`);
  }
  const wanted = transport ?? format;
  requireArchiveDestination(path);
  if (isStream && wanted === "oci") throw new RuntimeError("usage", "cannot export to standard output: the format oci is a directory");
  if (format === "rootfs" && name !== undefined) {
    throw new RuntimeError("usage", `cannot export the root filesystem as ${name}: it is no image and has no name`);
  }
  return wanted ?? (isStream || path.endsWith(".tar") ? "oci-archive" : "oci");
}

/** What the image is to be called there; undefined = as in the store. */
function chosenName({ name }: Arguments<typeof ROW>, place: ImagePlace): string | undefined {
  if (name !== undefined && place.name !== undefined && name !== place.name) {
    throw new RuntimeError("usage", `cannot export the image as ${name} and as ${place.name} at once`);
  }
  const chosen = name ?? place.name;
  return chosen === undefined ? undefined : requireImageName(chosen);
}
