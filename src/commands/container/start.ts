/** lamina start */
import { startContainer } from "../../host/start.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run({ id }: Arguments<"start">, context: Context): number {
  startContainer(id, context);
  return 0;
}
