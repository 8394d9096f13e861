/** lamina image push */
import { RuntimeError } from "../../base/errors.ts";
import { nameOf } from "../../image/format/image-name.ts";
import type { Descriptor } from "../../image/format/manifest.ts";
import { isNondistributable } from "../../image/format/media-types.ts";
import { parsePlatform } from "../../image/format/platform.ts";
import { pushImage } from "../../image/source/skopeo.ts";
import { readCatalogEntry } from "../../image/store/catalog.ts";
import { readImage } from "../../image/store/image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { IMAGE, PLATFORM, REGISTRY } from "./image-options.ts";
import { registryFor } from "./pull.ts";

export const ROW = {
  summary: "push an image to a registry, with skopeo",
  details:
    "Copies an image with skopeo to a registry, or to a reference with a transport of skopeo's. All platforms of a multi-platform image are pushed, unless --platform is given.",
  positionals: [IMAGE, { name: "reference", optional: true, summary: "destination; default: the image's name" }],
  options: [PLATFORM, ...REGISTRY],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const store = new ImageStore(context.imageRoot);
  const entry = store.find(args.image);
  const reference = args.reference ?? nameOf(entry);
  if (reference === undefined) throw new RuntimeError("usage", `cannot push ${args.image}: it has no name that says where to`);
  using _ = store.shareLock();
  const root = args.platform === undefined ? entry : (await readImage(store.blobs, entry, parsePlatform(args.platform))).descriptor;
  requireDistributable(store, root, args.image);
  await pushImage(store, registryFor(args), root, reference);
  context.print(`${root.digest}\n`);
  return 0;
}

function requireDistributable(store: ImageStore, root: Descriptor, word: string): void {
  const { images, problems } = readCatalogEntry(store, root);
  if (problems[0] !== undefined) throw new RuntimeError("integrity", `cannot push ${word}: ${problems[0]}`);
  const kept = images.flatMap(({ manifest }) => manifest.layers).find(({ mediaType }) => isNondistributable(mediaType));
  if (kept !== undefined) throw new RuntimeError("unsupported", `cannot push ${word}: its layer ${kept.digest} must not be distributed`);
}
