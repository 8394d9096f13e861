/** lamina pause */
import { pauseContainer } from "../../host/freeze.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run({ id }: Arguments<"pause">, context: Context): number {
  pauseContainer(id, context);
  return 0;
}
