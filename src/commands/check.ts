/** lamina check */
import { checkBundle } from "../host/check.ts";
import type { Arguments } from "./arguments.ts";
import { formatCheckJson, formatCheckText, hasErrors } from "./check-text.ts";
import type { Context } from "./context.ts";

export function run({ bundle, format }: Arguments<"check">, context: Context): number {
  const checked = checkBundle(bundle, context);
  context.print(format === "json" ? formatCheckJson(checked) : formatCheckText(checked));
  return hasErrors(checked) ? 1 : 0;
}
