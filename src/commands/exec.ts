/** lamina exec */
import { execInContainer } from "../host/exec.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";

export function run(args: Arguments<"exec">, context: Context): Promise<number> {
  return execInContainer(args, context);
}
