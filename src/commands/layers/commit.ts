/** lamina commit */
import { type Digest, isDigest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { enterOwnUserNamespace, environmentVariable } from "../../host/caller/caller.ts";
import { type Hear, whilePaused } from "../../host/freeze.ts";
import { type ContainerLayers, findContainerLayers } from "../../host/layers/container-layers.ts";
import { treeSize } from "../../host/layers/tree-size.ts";
import type { Added } from "../../image/add/adding.ts";
import { addToStore } from "../../image/add/additions.ts";
import { commitImage } from "../../image/change/commit.ts";
import { parseChanges } from "../../image/change/image-change.ts";
import { requireImageName } from "../../image/format/image-name.ts";
import { resolveImage } from "../../image/store/image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import { describeAdded } from "../image/import.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { showProgress } from "../text/progress-line.ts";
import { keptBundle } from "./kept-bundle.ts";
import { withLayers } from "./layer-finder.ts";
import { isAllOurs, ownersOf } from "./layer-owners.ts";

export const ROW = {
  summary: "make an image from a container's changes",
  details:
    "Makes the writable layer of a container the top layer of a new image, on the layers and configuration of the image it was made from. --change takes Dockerfile instructions with their usual meaning: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and WORKDIR. With SOURCE_DATE_EPOCH the same files give the same image. A running container is paused meanwhile.",
  positionals: [ID, { name: "name", summary: "name of the new image" }],
  options: [
    { name: "message", type: "string", alias: "m", value: "text", summary: "comment in the image's history" },
    { name: "author", type: "string", alias: "a", value: "name", summary: "author of the image" },
    {
      name: "change",
      type: "strings",
      alias: "c",
      value: "instruction",
      summary: "change the configuration, for example 'CMD [\"sh\"]'; repeatable",
    },
    { name: "no-pause", type: "boolean", summary: "do not pause a running container" },
    { name: "quiet", type: "boolean", alias: "q", summary: "print only the digest" },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { id, message, author } = args;
  const name = requireImageName(args.name);
  const changes = args.change.flatMap(parseChanges);
  const store = new ImageStore(context.imageRoot);
  using shown = showProgress(args.quiet, context.warn);
  const { progress, warn } = shown;
  const added = await addToStore({ store, warn }, async (additions) => {
    const layers = await findContainerLayers(id, keptBundle(context, id), withLayers(context, { keep: false }));
    const { upper, lower, marks } = layers;
    if (upper === undefined) throw new RuntimeError("state", `cannot commit container ${id}: it has not written anything`);
    if (isAllOurs(layers)) enterOwnUserNamespace();
    const parent = await parentOf(store, layers, id);
    const epoch = epochOf(environmentVariable("SOURCE_DATE_EPOCH"));
    const below = lower.toReversed();
    const owners = ownersOf(layers);
    const size = shown.isShown ? treeSize(upper) : undefined;
    const request = { parent, upper, size, lower: below, marks, owners, name, message, author, changes, epoch };
    const commit = (hear: Hear): Promise<Added> =>
      commitImage({ store, additions, platform: undefined, progress, warn }, { ...request, hear });
    return await (args.noPause ? commit(() => {}) : whilePaused(id, context, commit));
  });
  context.print(args.quiet ? `${added.descriptor.digest}\n` : describeAdded(added));
  return 0;
}

async function parentOf(store: ImageStore, { file, bundle }: ContainerLayers, id: string): Promise<Digest> {
  const manifest = file.from?.manifest;
  if (isDigest(manifest)) return manifest;
  if (file.image !== undefined) return (await resolveImage(store, file.image)).manifestDigest;
  throw new RuntimeError("state", `cannot commit container ${id}: it is not told which image its layers are of`, {
    hint: `"from" in ${bundle}/layers.json would tell; lamina bundle and run --image write it`,
  });
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
function epochOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new RuntimeError("usage", `cannot use SOURCE_DATE_EPOCH: ${JSON.stringify(text)} is no number of seconds`);
}
