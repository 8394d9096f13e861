/** lamina list */
import { viewContainers } from "../../host/view.ts";
import { requireExistingRoot } from "../../state/root.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { formatList } from "../text/container-view.ts";

export async function run(args: Arguments<"list">, context: Context): Promise<number> {
  if (context.isRootGiven && !args.all) requireExistingRoot(context.root); // as runc; bundles that are kept lie elsewhere
  const present = viewContainers(context);
  const containers = args.all ? [...present, ...(await import("../rare.ts")).listDeleted(present, context)] : present;
  if (args.size && !args.quiet) {
    const { formatSizes } = await import("../rare.ts");
    context.print(await formatSizes(containers, args.format, context));
  } else context.print(formatList(containers, args));
  return 0;
}
