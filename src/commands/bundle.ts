/** lamina bundle */
import { hostPath, workingDirectory } from "../base/paths.ts";
import type { Arguments } from "./arguments.ts";
import type { Context } from "./context.ts";
import { makeImageBundle } from "./make-bundle.ts";

export async function run(args: Arguments<"bundle">, context: Context): Promise<number> {
  const bundle = hostPath(args.directory, workingDirectory());
  await makeImageBundle({ image: args.image, bundle, hostname: "lamina", options: args, isVolatile: false }, context);
  return 0;
}
