/** lamina check */
import { checkBundle } from "../host/check/check.ts";
import { checkLayers } from "../host/check/layers-check.ts";
import type { Arguments } from "./arguments.ts";
import { formatCheckJson, formatCheckText, hasErrors } from "./check-text.ts";
import type { Context } from "./context.ts";
import { withLayers } from "./layer-finder.ts";

export async function run({ bundle, format }: Arguments<"check">, context: Context): Promise<number> {
  const config = checkBundle(bundle, context);
  const layers = await checkLayers(bundle, withLayers(context, { keep: false }));
  const checked = { ...config, findings: [...config.findings, ...layers] };
  context.print(format === "json" ? formatCheckJson(checked) : formatCheckText(checked));
  return hasErrors(checked) ? 1 : 0;
}
