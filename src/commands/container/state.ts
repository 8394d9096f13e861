/** lamina state */
import { viewContainer } from "../../host/view.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { formatState } from "../text/container-view.ts";

export function run({ id }: Arguments<"state">, context: Context): number {
  context.print(formatState(viewContainer(id, context)));
  return 0;
}
