/** What is wrong with a bundle's layers.json, in itself and for this host. Looks, and changes nothing. */
import { RuntimeError } from "../../base/errors.ts";
import { inLayers, parseOrigin } from "../../base/origin.ts";
import type { HostPath } from "../../base/paths.ts";
import type { Facts } from "../../plan/facts.ts";
import { parseNamespaces } from "../../plan/namespaces/namespaces.ts";
import { planLayers } from "../../plan/root/layers.ts";
import type { Spec } from "../../spec/types.ts";
import { parseConfig } from "../../spec/validate.ts";
import { absolutePath } from "../../sys/call/working-directory.ts";
import { locating, readConfig } from "../bundle/bundle.ts";
import { placeOrigin } from "../bundle/config-place.ts";
import type { BundleContext } from "../context.ts";
import { readFacts } from "../facts/facts.ts";
import { type BundleLayers, findDirectories, loadLayers } from "../facts/layer-facts.ts";
import { lookAt } from "./bundle-check.ts";
import type { PlacedFinding } from "./check.ts";

/** Empty for a bundle without one. */
export async function checkLayers(
  directory: string | undefined,
  { findLayers, rootless }: BundleContext,
): Promise<readonly PlacedFinding[]> {
  const bundle = absolutePath(directory ?? ".");
  try {
    const text = await loadLayers(bundle);
    if (text === undefined) return [];
    const layers = { ...text, ...(await locating({ text: "", layers: text }, () => findDirectories(text, bundle, findLayers))) };
    const found = checkDirectories(layers);
    return found.length > 0 ? found : await checkDriver(layers, bundle, rootless);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return findingsOf(error);
  }
}

function findingsOf({ message, detail: { pointer = "", location, hint } }: RuntimeError): PlacedFinding[] {
  const advice = hint === undefined ? {} : { hint };
  return message.split("\n").map((problem) => ({ severity: "error", pointer, problem, location: location ?? null, ...advice }));
}

function checkDirectories({ file, text, directories }: BundleLayers): PlacedFinding[] {
  return directories.flatMap((directory, i) => {
    const problem = problemOf(directory);
    if (problem === undefined) return [];
    const pointer = file.layers === undefined ? "/image" : `/layers/${i}`;
    const place = placeOrigin({ text: "", layers: { text } }, inLayers(pointer));
    return [{ severity: "error", pointer, problem, location: place?.location ?? null }];
  });
}

function problemOf(path: string): string | undefined {
  const look = lookAt(path);
  if (look === "missing") return `there is no ${path}`;
  if ("reason" in look) return look.reason;
  return look.kind === "directory" ? undefined : `${path} is not a directory`;
}

/** What the driver refuses. */
async function checkDriver(layers: BundleLayers, bundle: HostPath, forced: BundleContext["rootless"]): Promise<PlacedFinding[]> {
  const text = readConfig(bundle);
  try {
    await locating({ text, layers }, async () => {
      const input = await readInput(text, (spec) => readFacts(spec, { path: bundle, layers }, { rootless: forced, systemdCgroup: false }));
      if (input !== undefined) planLayers(input);
    });
    return [];
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return findingsOf(error);
  }
}

/** undefined if config.json is wrong in itself, or has no root: other checks tell that. */
async function readInput(text: string, factsFor: (spec: Spec) => Facts): Promise<Parameters<typeof planLayers>[0] | undefined> {
  try {
    const { spec } = await parseConfig(text, "config.json");
    const facts = factsFor(spec);
    return facts.layers && { layers: facts.layers, spec, facts, namespaces: parseNamespaces(spec) };
  } catch (error) {
    if (!(error instanceof RuntimeError) || parseOrigin(error.detail.pointer ?? "").file === "layers.json") throw error;
    return undefined;
  }
}
