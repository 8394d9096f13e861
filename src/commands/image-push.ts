/** lamina image push */
import { RuntimeError } from "../base/errors.ts";
import { readImage } from "../image/image.ts";
import { nameOf } from "../image/image-name.ts";
import { ImageStore } from "../image/image-store.ts";
import { isNondistributable } from "../image/media-types.ts";
import { parsePlatform } from "../image/platform.ts";
import { pushImage } from "../image/skopeo.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { registryFor } from "./image-pull.ts";

export async function run(args: Arguments<"image push">, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  const entry = store.find(args.image);
  const reference = args.reference ?? nameOf(entry);
  if (reference === undefined) throw new RuntimeError("usage", `cannot push ${args.image}: it has no name that says where to`);
  using _ = store.shareLock();
  const image = await readImage(store.blobs, entry, args.platform === undefined ? undefined : parsePlatform(args.platform));
  const kept = image.manifest.layers.find(({ mediaType }) => isNondistributable(mediaType));
  if (kept !== undefined)
    throw new RuntimeError("unsupported", `cannot push ${args.image}: its layer ${kept.digest} must not be distributed`);
  await pushImage(store, registryFor(args), image, reference);
  context.print(`${image.descriptor.digest}\n`);
  return 0;
}
