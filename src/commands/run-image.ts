/** lamina run --image */
import { removeBundle } from "../host/bundle-files.ts";
import { runContainer } from "../host/run.ts";
import { requireContainerId } from "../state/container-id.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { withLayers } from "./layer-finder.ts";
import { keptBundle, makeImageBundle } from "./make-bundle.ts";

/** Without an id it is a random one. What fails before the program runs leaves no bundle behind. */
export async function runImage(args: Arguments<"run">, image: string, context: Context): Promise<number> {
  const id = requireContainerId(args.id ?? crypto.randomUUID());
  const bundle = keptBundle(context, id);
  await makeImageBundle({ image, bundle, hostname: id.slice(0, 12), options: args, isVolatile: args.rm }, context);
  let isDone = false;
  try {
    const status = await runContainer({ ...args, id, bundle }, withLayers(context, { keep: true }));
    isDone = true;
    return status;
  } finally {
    if (args.rm || !isDone) removeBundle(bundle);
  }
}
