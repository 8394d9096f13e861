/** What is wrong with a bundle's layers.json, in itself and for this host. Looks, and changes nothing. */
import { RuntimeError } from "../base/errors.ts";
import { inLayers } from "../base/origin.ts";
import { hostPath } from "../base/paths.ts";
import { LAYERS_MAX } from "../plan/overlay-driver.ts";
import { locating } from "./bundle.ts";
import type { PlacedFinding } from "./check.ts";
import { placeOrigin } from "./config-place.ts";
import type { BundleContext } from "./context.ts";
import { lookAt } from "./host-check.ts";
import { type BundleLayers, findDirectories, loadLayers } from "./layers.ts";

/** Empty for a bundle without one. */
export async function checkLayers(directory: string | undefined, { findLayers }: BundleContext): Promise<readonly PlacedFinding[]> {
  const bundle = hostPath(directory ?? ".");
  try {
    const layers = await loadLayers(bundle);
    if (layers === undefined) return [];
    const directories = await locating({ text: "", layers }, () => findDirectories(layers, bundle, findLayers));
    return checkDirectories({ ...layers, directories }, bundle);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const { pointer = "", location = null, hint } = error.detail;
    const advice = hint === undefined ? {} : { hint };
    return error.message.split("\n").map((problem) => ({ severity: "error", pointer, problem, location, ...advice }) as const);
  }
}

function checkDirectories({ file, text, directories }: BundleLayers, bundle: string): PlacedFinding[] {
  const isNamed = file.layers !== undefined;
  const found = directories.flatMap((directory, i) => {
    const problem = problemOf(hostPath(directory, bundle));
    return problem === undefined ? [] : [{ origin: isNamed ? `/layers/${i}` : "/image", problem }];
  });
  const count =
    directories.length > LAYERS_MAX
      ? [{ origin: "", problem: `there are ${directories.length} layers, and the kernel takes no more than ${LAYERS_MAX}` }]
      : [];
  return [...count, ...found].map(({ origin, problem }) => {
    const place = placeOrigin({ text: "", layers: { text } }, inLayers(origin));
    return { severity: "error", pointer: origin, problem, location: place?.location ?? null };
  });
}

function problemOf(path: string): string | undefined {
  const look = lookAt(path);
  if (look === "missing") return `there is no ${path}`;
  if ("reason" in look) return look.reason;
  return look.kind === "directory" ? undefined : `${path} is not a directory`;
}
