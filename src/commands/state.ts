/** lamina state */
import { viewContainer } from "../host/view.ts";
import type { Arguments } from "./arguments.ts";
import { formatState } from "./container-view.ts";
import type { Context } from "./context.ts";

export function run({ id }: Arguments<"state">, context: Context): number {
  context.print(formatState(viewContainer(id, context)));
  return 0;
}
