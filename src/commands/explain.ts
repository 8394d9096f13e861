/** lamina explain */
import { explainBundle } from "../host/explain.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { formatPlanJson, formatPlanText } from "./explain-text.ts";
import { withLayers } from "./layer-finder.ts";

export async function run(args: Arguments<"explain">, context: Context): Promise<number> {
  const explanation = await explainBundle(args, withLayers(context, { keep: false }));
  context.print(args.format === "json" ? formatPlanJson(explanation) : formatPlanText(explanation));
  return 0;
}
