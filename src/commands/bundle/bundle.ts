/** lamina bundle */
import { hostPath } from "../../base/paths.ts";
import { workingDirectory } from "../../host/caller/caller.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { makeImageBundle } from "./make-bundle.ts";

export async function run(args: Arguments<"bundle">, context: Context): Promise<number> {
  const bundle = hostPath(args.directory, workingDirectory());
  using _ = await makeImageBundle(
    { image: args.image, bundle, isNew: false, hostname: "lamina", options: args, isVolatile: false },
    context,
  );
  return 0;
}
