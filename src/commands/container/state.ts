/** lamina state */
import { viewContainer } from "../../host/view.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { formatState } from "../text/container-view.ts";

export const ROW = {
  summary: "print the state of a container as JSON",
  details:
    "Prints the state that the runtime specification describes, plus owner, root filesystem and creation time. If `run` saw the process end, lastRun says how; for a container that has not stopped, lastRun describes the previous run on the same writable layer.",
  positionals: [ID],
  options: [],
} as const satisfies CommandRow;

export function run({ id }: Arguments<typeof ROW>, context: Context): number {
  context.print(formatState(viewContainer(id, context)));
  return 0;
}
