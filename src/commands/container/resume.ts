/** lamina resume */
import { resumeContainer } from "../../host/freeze.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "resume a paused container",
  details: "Thaws the container's cgroup.",
  positionals: [ID],
  options: [],
} as const satisfies CommandRow;

export function run({ id }: Arguments<typeof ROW>, context: Context): number {
  resumeContainer(id, context);
  return 0;
}
