/** lamina list */
import { viewContainers } from "../../host/view.ts";
import { requireExistingRoot } from "../../state/root.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TABLE } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { formatList } from "../text/container-view.ts";
import { listDeleted } from "./list-deleted.ts";
import { formatSizes } from "./list-sizes.ts";

export const ROW = {
  summary: "list the containers below --root",
  details:
    "Lists the containers of one state directory; the global option --root chooses another. A last column shows how processes ended, if that is known for any.",
  positionals: [],
  options: [
    JSON_OR_TABLE,
    { name: "all", type: "boolean", alias: "a", summary: "include deleted containers of `run --image` whose bundle remains" },
    { name: "quiet", type: "boolean", alias: "q", summary: "print only the ids" },
    { name: "size", type: "boolean", alias: "s", summary: "show the size of the writable layer, and the total with the layers below" },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  if (context.isRootGiven && !args.all) requireExistingRoot(context.root); // as runc; bundles that are kept lie elsewhere
  const present = viewContainers(context);
  const containers = args.all ? [...present, ...listDeleted(present, context)] : present;
  const isSized = args.size && !args.quiet;
  context.print(isSized ? await formatSizes(containers, args.format, context) : formatList(containers, args));
  return 0;
}
