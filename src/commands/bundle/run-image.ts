/** lamina run --image */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { BundleClaim } from "../../host/bundle/bundle-claim.ts";
import { randomUuid } from "../../host/caller/caller.ts";
import { type RunRequest, runContainer } from "../../host/run.ts";
import { requireContainerId } from "../../state/container-id.ts";
import { keptBundle } from "../layers/kept-bundle.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Context } from "../line/context.ts";
import { type BundleRequest, makeImageBundle } from "./make-bundle.ts";

type RunImageRequest = Omit<RunRequest, "id" | "bundle" | "whenReady"> &
  BundleRequest["options"] & { readonly id: string | undefined; readonly rm: boolean };

/** Without an id it is a random one. What fails before the program runs leaves no bundle behind, and takes away nobody else's. */
export async function runImage(args: RunImageRequest, image: string, context: Context): Promise<number> {
  const id = requireContainerId(args.id ?? randomUuid());
  const bundle = keptBundle(context, id);
  using claim = await claimBundle({ args, image, id, bundle }, context);
  context.timeline?.lap("make the bundle");
  let isDone = false;
  try {
    const whenReady = (): void => claim.release(); // from here on the container itself keeps others off
    const status = await runContainer({ ...args, id, bundle, whenReady }, withLayers(context, { keep: true }));
    isDone = true;
    return status;
  } finally {
    if (args.rm || !isDone) claim.remove();
  }
}

interface ImageRun {
  readonly args: RunImageRequest;
  readonly image: string;
  readonly id: string;
  readonly bundle: HostPath;
}

async function claimBundle({ args, image, id, bundle }: ImageRun, context: Context): Promise<BundleClaim> {
  try {
    const hostname = id.slice(0, 12);
    return await makeImageBundle({ image, bundle, isNew: true, hostname, options: args, isVolatile: args.rm }, context);
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code !== "exists") throw error;
    throw new RuntimeError("exists", `container with given ID already exists: ${id}: ${error.message}`, {
      hint: `start that one with: lamina run --bundle ${bundle} ${id}; or remove it with: lamina delete --rm ${id}`,
      cause: error,
    });
  }
}
