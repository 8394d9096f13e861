/** lamina export */

import { RuntimeError } from "../../base/errors.ts";
import { enterOwnUserNamespace } from "../../host/caller/caller.ts";
import { type Hear, whilePaused } from "../../host/freeze.ts";
import { type ContainerLayers, findContainerLayers } from "../../host/layers/container-layers.ts";
import { writeArchive } from "../../image/export/archive-sink.ts";
import { exportRootFilesystem } from "../../image/export/export-image.ts";
import { parseImagePlace } from "../../image/format/transport.ts";
import { requireArchiveDestination } from "../image/archive-destination.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { showProgress } from "../text/progress-line.ts";
import { keptBundle } from "./kept-bundle.ts";
import { withLayers } from "./layer-finder.ts";
import { isAllOurs, ownersOf } from "./layer-owners.ts";

export const ROW = {
  summary: "write a container's file system as a tar archive",
  details:
    "Writes a tar of the container's root filesystem, the writable layer and the layers below, without volumes and other mounts. `image import` makes a base image from it. A running container is paused meanwhile.",
  positionals: [ID, { name: "destination", summary: "archive, or - for standard output" }],
  options: [{ name: "no-pause", type: "boolean", summary: "do not pause a running container" }],
} as const satisfies CommandRow;

export async function run({ id, destination, noPause }: Arguments<typeof ROW>, context: Context): Promise<number> {
  requireArchiveDestination(destination);
  requirePath(id, destination);
  const found = await findContainerLayers(id, keptBundle(context, id), withLayers(context, { keep: false }));
  if (isAllOurs(found)) enterOwnUserNamespace();
  using shown = showProgress(false, context.warn);
  const owners = ownersOf(found);
  const tree = { layers: stackOf(found), marks: found.marks, ...(owners && { owners }), progress: shown.progress };
  const write = (hear: Hear): Promise<void> => writeArchive(destination, (sink) => exportRootFilesystem({ ...tree, hear }, sink));
  await (noPause ? write(() => {}) : whilePaused(id, context, write));
  return 0;
}

/** What is written here is no image, so no name of one says where. */
function requirePath(id: string, destination: string): void {
  const { transport } = parseImagePlace(destination, {
    verb: "export",
    instead: () => `lamina commit ${id} NAME, and lamina image push NAME`,
  });
  if (transport === undefined) return;
  throw new RuntimeError("usage", `cannot export container ${id} to ${destination}: its file system is one tar, and no image`, {
    hint: `lamina commit makes an image of it, which lamina image export writes there; ./${destination} is a path`,
  });
}

/** The top first. A writable layer that is a whole tree has all that shows. */
function stackOf({ upper, lower, marks }: ContainerLayers): readonly string[] {
  const below = lower.toReversed();
  if (upper === undefined) return below;
  return marks.treeSince === undefined ? [upper, ...below] : [upper];
}
