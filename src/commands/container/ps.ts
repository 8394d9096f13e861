/** lamina ps */
import { listProcesses, showProcesses } from "../../host/ps.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TABLE } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "list the processes of a container",
  details:
    "Prints the lines of ps(1) that belong to processes of the container, or their pids as JSON. Pids are the host's. Everything after the id goes to ps, whose output must have a PID column; the default is -ef.",
  positionals: [ID],
  rest: { name: "ps-options", summary: "options for ps(1)" },
  options: [JSON_OR_TABLE],
} as const satisfies CommandRow;

export function run({ id, format, psOptions }: Arguments<typeof ROW>, context: Context): number {
  context.print(format === "json" ? `${JSON.stringify(listProcesses(id, context))}\n` : showProcesses(id, psOptions, context));
  return 0;
}
