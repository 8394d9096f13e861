/** lamina image inspect */
import { plainJson } from "../../base/plain-json.ts";
import { decodeText } from "../../base/text.ts";
import { chainIdsOf } from "../../image/format/image-config.ts";
import { nameOf } from "../../image/format/image-name.ts";
import { parsePlatform } from "../../image/format/platform.ts";
import { readImage } from "../../image/store/image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { IMAGE, PLATFORM } from "./image-options.ts";

export const ROW = {
  summary: "print everything known about an image as JSON",
  details: "Prints digests, sizes and chain ids of the layers, and the image's configuration as stored.",
  positionals: [IMAGE],
  options: [PLATFORM],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  const entry = store.find(args.image);
  const image = await readImage(store.blobs, entry, args.platform === undefined ? undefined : parsePlatform(args.platform));
  const chainIds = chainIdsOf(image.config.diffIds);
  const layers = image.manifest.layers.map(({ digest, size, mediaType }, i) => {
    const chainId = chainIds[i];
    const unpacked = chainId === undefined ? undefined : store.layers.find(chainId);
    return { digest, mediaType, size, diffId: image.config.diffIds[i], chainId, unpackedSize: unpacked?.size };
  });
  const names = store
    .entries()
    .filter(({ digest }) => digest === entry.digest)
    .map(nameOf);
  const description = {
    names: names.filter((name) => name !== undefined),
    digest: image.descriptor.digest,
    mediaType: image.descriptor.mediaType,
    annotations: image.manifest.annotations,
    layers,
    config: JSON.parse(decodeText(store.blobs.readDocument(image.manifest.config))),
  };
  context.print(`${plainJson(JSON.stringify(description, null, 2))}\n`);
  return 0;
}
