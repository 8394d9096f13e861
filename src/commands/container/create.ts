/** lamina create */
import { createContainer } from "../../host/create.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export async function run(args: Arguments<"create">, context: Context): Promise<number> {
  await createContainer(args, withLayers(context, { keep: true }));
  return 0;
}
