/** lamina start */
import { startContainer } from "../../host/start.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "start the process of a created container",
  details: "Runs the process of config.json in a container made by `create`.",
  positionals: [ID],
  options: [],
} as const satisfies CommandRow;

export function run({ id }: Arguments<typeof ROW>, context: Context): number {
  startContainer(id, context);
  return 0;
}
