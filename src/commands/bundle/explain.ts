/** lamina explain */
import { explainBundle } from "../../host/explain.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { formatPlanJson, formatPlanText } from "../text/explain-text.ts";

export async function run(args: Arguments<"explain">, context: Context): Promise<number> {
  const explanation = await explainBundle(args, withLayers(context, { keep: false }));
  context.print(args.format === "json" ? formatPlanJson(explanation) : formatPlanText(explanation));
  return 0;
}
