/** lamina exec */
import { execInContainer } from "../../host/exec.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export function run(args: Arguments<"exec">, context: Context): Promise<number> {
  return execInContainer(args, context);
}
