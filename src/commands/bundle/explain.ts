/** lamina explain */
import { explainBundle } from "../../host/explain.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { CREATION, ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TEXT } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { formatPlanJson, formatPlanText } from "../text/explain-text.ts";

export const ROW = {
  summary: "print the steps that create would take",
  details:
    "Prints every step and the value in config.json that asks for it, without executing anything. In JSON, steps are numbered from 1 and 64-bit integers are decimal strings.",
  positionals: [{ ...ID, optional: true }],
  options: [...CREATION, JSON_OR_TEXT],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const explanation = await explainBundle(args, withLayers(context, { keep: false }));
  context.print(args.format === "json" ? formatPlanJson(explanation) : formatPlanText(explanation));
  return 0;
}
