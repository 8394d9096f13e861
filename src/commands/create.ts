/** lamina create */
import { createContainer } from "../host/create.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";

export async function run(args: Arguments<"create">, context: Context): Promise<number> {
  await createContainer(args, context);
  return 0;
}
