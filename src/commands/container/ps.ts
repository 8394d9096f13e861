/** lamina ps */
import { listProcesses, showProcesses } from "../../host/ps.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run({ id, format, psOptions }: Arguments<"ps">, context: Context): number {
  context.print(format === "json" ? `${JSON.stringify(listProcesses(id, context))}\n` : showProcesses(id, psOptions, context));
  return 0;
}
