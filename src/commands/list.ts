/** lamina list */
import { viewContainers } from "../host/view.ts";
import type { Arguments } from "./arguments.ts";
import { formatList } from "./container-view.ts";
import type { Context } from "./context.ts";

export function run(args: Arguments<"list">, context: Context): number {
  context.print(formatList(viewContainers(context), args));
  return 0;
}
