/** lamina delete */
import { deleteContainer } from "../../host/delete.ts";
import { deleteDespite } from "../../host/delete-damaged.ts";
import { deleteWithBundle } from "../../host/kept-bundle.ts";
import { keptBundle } from "../layers/kept-bundle.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "delete a stopped container",
  details: "Removes what `create` made: state, cgroup and mounts. The bundle remains unless --rm is given.",
  positionals: [ID],
  options: [
    {
      name: "force",
      type: "boolean",
      alias: "f",
      summary: "kill a running container first; succeed if the container does not exist",
    },
    { name: "rm", type: "boolean", summary: "also remove the bundle of `run --image`, with everything the container has written" },
  ],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number {
  if (args.rm) {
    deleteWithBundle({ ...args, bundle: keptBundle(context, args.id) }, context);
    return 0;
  }
  try {
    deleteContainer(args, context);
  } catch (error) {
    if (!args.force) throw error;
    deleteDespite(error, args, context);
  }
  return 0;
}
