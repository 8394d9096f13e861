/** lamina create */
import { createContainer } from "../host/create.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { withLayers } from "./layer-finder.ts";

export async function run(args: Arguments<"create">, context: Context): Promise<number> {
  await createContainer(args, withLayers(context, { keep: true }));
  return 0;
}
