/** lamina export */
import { type ContainerLayers, findContainerLayers } from "../host/container-layers.ts";
import { whilePaused } from "../host/freeze.ts";
import { writeArchive } from "../image/archive-sink.ts";
import { exportRootFilesystem } from "../image/export-image.ts";
import { requireArchiveDestination } from "./archive-destination.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { withLayers } from "./layer-finder.ts";
import { ownersOf } from "./layer-owners.ts";
import { keptBundle } from "./make-bundle.ts";
import { showProgress } from "./progress-line.ts";

export async function run({ id, destination, noPause }: Arguments<"export">, context: Context): Promise<number> {
  requireArchiveDestination(destination);
  const found = await findContainerLayers(id, keptBundle(context, id), withLayers(context, { keep: false }));
  using shown = showProgress(false, context.warn);
  const owners = ownersOf(found);
  const tree = { layers: stackOf(found), marks: found.marks, ...(owners && { owners }), progress: shown.progress };
  const write = (): Promise<void> => writeArchive(destination, (sink) => exportRootFilesystem(tree, sink));
  await (noPause ? write() : whilePaused(id, context, write));
  return 0;
}

/** The top first. A writable layer that is a whole tree has all that shows. */
function stackOf({ upper, lower, marks }: ContainerLayers): readonly string[] {
  const below = lower.toReversed();
  if (upper === undefined) return below;
  return marks.treeSince === undefined ? [upper, ...below] : [upper];
}
