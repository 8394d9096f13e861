/** Rules for layers.json. */
import type { LayersFile } from "../types.ts";
import { NONE, type Problem, type Rule } from "./rule.ts";

export const layersRules: readonly Rule<LayersFile>[] = [imageOrLayers, layersAreNotEmpty, readonlyHasNoUpper];

function imageOrLayers({ image, layers }: LayersFile): readonly Problem[] {
  if ((image === undefined) !== (layers === undefined)) return NONE;
  const problem = image === undefined ? 'needs "image" or "layers"' : 'must have "image" or "layers", not both';
  return [{ pointer: "", problem }];
}

function layersAreNotEmpty({ image, layers }: LayersFile): readonly Problem[] {
  const problems: Problem[] = [];
  if (image === "") problems.push({ pointer: "/image", problem: "must not be empty" });
  if (layers?.length === 0) problems.push({ pointer: "/layers", problem: "must not be empty" });
  layers?.forEach((layer, i) => {
    if (layer === "") problems.push({ pointer: `/layers/${i}`, problem: "must not be empty" });
  });
  return problems;
}

function readonlyHasNoUpper({ upper, options }: LayersFile): readonly Problem[] {
  if (options?.readonly !== true) return NONE;
  const problems: Problem[] = [];
  if (upper !== undefined) problems.push({ pointer: "/upper", problem: "must not be given with the option readonly" });
  if (options.volatile === true) problems.push({ pointer: "/options/volatile", problem: "must not be true with the option readonly" });
  return problems;
}
