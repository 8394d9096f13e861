/** lamina diff */
import { plainJson } from "../../base/plain-json.ts";
import { enterOwnUserNamespace } from "../../host/caller/caller.ts";
import { writeResult } from "../../host/caller/output.ts";
import { findContainerLayers } from "../../host/layers/container-layers.ts";
import { type Change, listChanges } from "../../layers/diff/changes.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TEXT } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { visible } from "../text/wrap.ts";
import { keptBundle } from "./kept-bundle.ts";
import { withLayers } from "./layer-finder.ts";
import { isAllOurs } from "./layer-owners.ts";

export const ROW = {
  summary: "list what a container has changed",
  details:
    "Lists the paths that the container has added (A), changed (C) and deleted (D) in its writable layer. The bundle must be made of layers. The container may be running, stopped, or, if made by `run --image`, deleted.",
  positionals: [ID],
  options: [JSON_OR_TEXT],
} as const satisfies CommandRow;

export async function run({ id, format }: Arguments<typeof ROW>, context: Context): Promise<number> {
  const found = await findContainerLayers(id, keptBundle(context, id), withLayers(context, { keep: false }));
  if (isAllOurs(found)) enterOwnUserNamespace();
  const { upper, lower, marks } = found;
  const tooDeep = (path: string): void =>
    context.warn(`what is in /${visible(path.slice(0, 40))}… is not listed: its paths have more than ${path.length} bytes`);
  const changes = upper === undefined ? [] : listChanges(upper, { lower: lower.toReversed(), ...marks }, tooDeep);
  for (const piece of inPieces(format === "json" ? asJson(changes) : asText(changes))) writeResult(piece);
  return 0;
}

function* asText(changes: Iterable<Change>): Generator<string> {
  for (const { kind, path } of changes) yield `${kind} ${visible(path)}\n`;
}

function* asJson(changes: Iterable<Change>): Generator<string> {
  let before = "[";
  for (const change of changes) {
    yield `${before}${plainJson(JSON.stringify(change))}`;
    before = ",";
  }
  yield before === "[" ? "[]\n" : "]\n";
}

/** A container can have changed more than there is memory for the list. */
const PIECE = 64 * 1024;

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
