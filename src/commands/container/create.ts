/** lamina create */
import { createContainer } from "../../host/create.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { CREATION, ID, TIMELINE } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { timed } from "./timed.ts";

export const ROW = {
  summary: "create a container",
  details: "Sets up the container that config.json describes; its process waits for `start`.",
  positionals: [ID],
  options: [...CREATION, TIMELINE],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number | Promise<number> {
  return timed("create", args, context, async (given) => {
    await createContainer(args, withLayers(given, { keep: true }));
    return 0;
  });
}
