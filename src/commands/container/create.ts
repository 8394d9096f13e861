/** lamina create */
import { createContainer } from "../../host/create.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { CREATION, ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "create a container",
  details: "Sets up the container that config.json describes; its process waits for `start`.",
  positionals: [ID],
  options: CREATION,
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  await createContainer(args, withLayers(context, { keep: true }));
  return 0;
}
