/** lamina diff */
import { plainJson } from "../../base/plain-json.ts";
import { findContainerLayers } from "../../host/layers/container-layers.ts";
import { listChanges } from "../../layers/changes.ts";
import { keptBundle } from "../bundle/make-bundle.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { visible } from "../text/wrap.ts";
import { withLayers } from "./layer-finder.ts";

export async function run({ id, format }: Arguments<"diff">, context: Context): Promise<number> {
  const { upper, lower, marks } = await findContainerLayers(id, keptBundle(context, id), withLayers(context, { keep: false }));
  const tooDeep = (path: string): void =>
    context.warn(`what is in /${visible(path.slice(0, 40))}… is not listed: its paths have more than ${path.length} bytes`);
  const changes = upper === undefined ? [] : listChanges(upper, { lower: lower.toReversed(), ...marks }, tooDeep);
  const lines = changes.map(({ kind, path }) => `${kind} ${visible(path)}\n`);
  context.print(format === "json" ? `${plainJson(JSON.stringify(changes))}\n` : lines.join(""));
  return 0;
}
