/** lamina kill */
import { killContainer } from "../../host/container/kill.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run(args: Arguments<"kill">, context: Context): number {
  killContainer(args, context);
  return 0;
}
