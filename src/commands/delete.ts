/** lamina delete */
import { deleteContainer } from "../host/delete.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";

export function run(args: Arguments<"delete">, context: Context): number {
  deleteContainer(args, context);
  return 0;
}
