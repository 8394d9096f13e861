/** Reads a bundle: a directory with config.json (runtime-spec, bundle.md). */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { FilterFacts } from "../../plan/facts.ts";
import type { Spec } from "../../spec/types.ts";
import { LARGEST_FILE, parseConfig } from "../../spec/validate.ts";
import { absolutePath } from "../../sys/call/working-directory.ts";
import { readTextIfThere, statIfThere } from "../../sys/file/file.ts";
import type { BundleContext, FindLayers, TreeMaker } from "../context.ts";
import { loadFilter } from "../facts/filter.ts";
import { type BundleLayers, findDirectories, loadLayers } from "../facts/layer-facts.ts";
import type { BundleTexts } from "./config-place.ts";

export interface Bundle {
  readonly path: HostPath;
  readonly spec: Spec;
  readonly warnings: readonly string[];
  readonly text: string;
  /** What stands beside config.json in layers.json. */
  readonly layers: BundleLayers | undefined;
}

/** With the facts that take time to find. */
export interface PlannableBundle extends Bundle {
  readonly filter: FilterFacts | undefined;
}

const FILE = "config.json";

export async function loadBundle(directory: string | undefined, findLayers: FindLayers): Promise<Bundle> {
  const path = absolutePath(directory ?? ".");
  const text = readConfig(path);
  const { spec, warnings } = await parseConfig(text, FILE);
  const layers = await loadLayers(path);
  if (layers === undefined) return { path, spec, warnings, text, layers };
  const found = await locating({ text, layers }, () => findDirectories(layers, path, findLayers));
  return { path, spec, warnings: [...warnings, ...layers.warnings], text, layers: { ...layers, ...found } };
}

export async function loadPlannableBundle(directory: string | undefined, { findLayers, root }: BundleContext): Promise<PlannableBundle> {
  const bundle = await loadBundle(directory, findLayers);
  return { ...bundle, filter: await locating(bundle, () => loadFilter(bundle.spec, root)) };
}

/** With what it takes to carry its plan out. */
export interface UsableBundle extends PlannableBundle {
  readonly trees: TreeMaker;
}

export async function loadUsableBundle(directory: string | undefined, context: BundleContext): Promise<UsableBundle> {
  const bundle = await loadPlannableBundle(directory, context);
  return { ...bundle, trees: context.trees };
}

/** The text of config.json. */
export function readConfig(bundle: HostPath): string {
  const text = readTextIfThere(`${bundle}/${FILE}`, { limit: LARGEST_FILE });
  if (text !== undefined) return text;
  const status = statIfThere(bundle);
  if (status === undefined) throw new RuntimeError("not-found", `cannot use the bundle: chdir ${bundle}: no such file or directory`);
  if (status.kind !== "directory") throw new RuntimeError("not-found", `cannot use the bundle: chdir ${bundle}: not a directory`);
  throw new RuntimeError("not-found", `JSON specification file ${bundle}/${FILE} not found`, {
    hint: "make one with: lamina spec --bundle DIRECTORY",
  });
}

/** Runs `action`; an error that names a value of config.json learns where that stands. */
export async function locating<T>(bundle: BundleTexts, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof RuntimeError) || !error.detail.pointer || error.detail.location !== undefined) throw error;
    const { placeOrigin } = await import("./config-place.ts");
    const place = placeOrigin(bundle, error.detail.pointer);
    if (place === undefined) throw error;
    const { location, pointer } = place;
    throw new RuntimeError(error.code, error.message, { ...error.detail, location, pointer, cause: error });
  }
}
