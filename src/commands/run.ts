/** lamina run */
import { runContainer } from "../host/run.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { withLayers } from "./layer-finder.ts";

export function run(args: Arguments<"run">, context: Context): Promise<number> {
  return runContainer(args, withLayers(context, { keep: true }));
}
