/** lamina diff */
import { plainJson } from "../../base/plain-json.ts";
import { findContainerLayers } from "../../host/layers/container-layers.ts";
import { listChanges } from "../../layers/changes.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TEXT } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { visible } from "../text/wrap.ts";
import { keptBundle } from "./kept-bundle.ts";
import { withLayers } from "./layer-finder.ts";

export const ROW = {
  summary: "list what a container has changed",
  details:
    "Lists the paths that the container has added (A), changed (C) and deleted (D) in its writable layer. The bundle must be made of layers. The container may be running, stopped, or, if made by `run --image`, deleted.",
  positionals: [ID],
  options: [JSON_OR_TEXT],
} as const satisfies CommandRow;

export async function run({ id, format }: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { upper, lower, marks } = await findContainerLayers(id, keptBundle(context, id), withLayers(context, { keep: false }));
  const tooDeep = (path: string): void =>
    context.warn(`what is in /${visible(path.slice(0, 40))}… is not listed: its paths have more than ${path.length} bytes`);
  const changes = upper === undefined ? [] : listChanges(upper, { lower: lower.toReversed(), ...marks }, tooDeep);
  const lines = changes.map(({ kind, path }) => `${kind} ${visible(path)}\n`);
  context.print(format === "json" ? `${plainJson(JSON.stringify(changes))}\n` : lines.join(""));
  return 0;
}
