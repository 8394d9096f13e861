/** lamina start */
import { startContainer } from "../../host/start.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID, TIMELINE } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { timed } from "./timed.ts";

export const ROW = {
  summary: "start the process of a created container",
  details: "Runs the process of config.json in a container made by `create`.",
  positionals: [ID],
  options: [TIMELINE],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number | Promise<number> {
  return timed("start", args, context, (given) => {
    startContainer(args.id, given);
    return 0;
  });
}
