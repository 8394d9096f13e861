/** lamina check */
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { BUNDLE } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import { JSON_OR_TEXT } from "../line/format-option.ts";
import type { CommandRow } from "../line/table-row.ts";
import { formatCheckJson, formatCheckText, hasErrors } from "../text/check-text.ts";

export const ROW = {
  summary: "report what is wrong with a bundle",
  details: "Validates config.json and reports what this host does not support. Exits with 1 if the bundle cannot run here.",
  positionals: [],
  options: [BUNDLE, JSON_OR_TEXT],
} as const satisfies CommandRow;

export async function run({ bundle, format }: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { checkBundle, checkLayers } = await import("../../host/check/checks.ts");
  const config = await checkBundle(bundle, context);
  const layers = await checkLayers(bundle, withLayers(context, { keep: false }));
  const checked = { ...config, findings: [...config.findings, ...layers] };
  context.print(format === "json" ? formatCheckJson(checked) : formatCheckText(checked));
  return hasErrors(checked) ? 1 : 0;
}
