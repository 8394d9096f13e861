/** Where `run --image` keeps the bundles of its containers. */
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { Context } from "../line/context.ts";

export function keptBundles({ imageRoot }: Pick<Context, "imageRoot">): HostPath {
  return hostPath("bundles", imageRoot);
}

export function keptBundle(context: Pick<Context, "imageRoot">, id: string): HostPath {
  return hostPath(id, keptBundles(context));
}
