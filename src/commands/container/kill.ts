/** lamina kill */
import { killContainer } from "../../host/container/kill.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "send a signal to a container",
  details: "Sends a signal, such as 9, KILL or SIGKILL, to the first process of a container. The default is TERM.",
  positionals: [ID, { name: "signal", optional: true, summary: "name or number of the signal" }],
  options: [{ name: "all", type: "boolean", alias: "a", summary: "send the signal to every process of the container" }],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number {
  killContainer(args, context);
  return 0;
}
