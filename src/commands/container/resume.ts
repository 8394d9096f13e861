/** lamina resume */
import { resumeContainer } from "../../host/freeze.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run({ id }: Arguments<"resume">, context: Context): number {
  resumeContainer(id, context);
  return 0;
}
