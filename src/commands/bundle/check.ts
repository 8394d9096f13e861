/** lamina check */
import { checkBundle } from "../../host/check/check.ts";
import { checkLayers } from "../../host/check/layers-check.ts";
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { formatCheckJson, formatCheckText, hasErrors } from "../text/check-text.ts";

export async function run({ bundle, format }: Arguments<"check">, context: Context): Promise<number> {
  const config = checkBundle(bundle, context);
  const layers = await checkLayers(bundle, withLayers(context, { keep: false }));
  const checked = { ...config, findings: [...config.findings, ...layers] };
  context.print(format === "json" ? formatCheckJson(checked) : formatCheckText(checked));
  return hasErrors(checked) ? 1 : 0;
}
