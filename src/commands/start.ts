/** lamina start */
import { startContainer } from "../host/start.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";

export function run({ id }: Arguments<"start">, context: Context): number {
  startContainer(id, context);
  return 0;
}
