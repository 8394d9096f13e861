/** lamina image inspect */
import { plainJson } from "../../base/plain-json.ts";
import { decodeText } from "../../base/text.ts";
import { readImage } from "../../image/image.ts";
import { chainIdsOf } from "../../image/image-config.ts";
import { nameOf } from "../../image/image-name.ts";
import { ImageStore } from "../../image/image-store.ts";
import { parsePlatform } from "../../image/platform.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export async function run(args: Arguments<"image inspect">, context: Context): Promise<number> {
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
