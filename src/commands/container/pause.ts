/** lamina pause */
import { pauseContainer } from "../../host/freeze.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "suspend all processes of a container",
  details: "Freezes the container's cgroup. Its processes notice nothing and continue on `resume`.",
  positionals: [ID],
  options: [],
} as const satisfies CommandRow;

export function run({ id }: Arguments<typeof ROW>, context: Context): number {
  pauseContainer(id, context);
  return 0;
}
