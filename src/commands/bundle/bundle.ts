/** lamina bundle */
import { hostPath } from "../../base/paths.ts";
import { workingDirectory } from "../../host/caller/caller.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { COMMAND, FROM_IMAGE } from "../line/from-image-options.ts";
import type { CommandRow } from "../line/table-row.ts";
import { makeImageBundle } from "./make-bundle.ts";

export const ROW = {
  summary: "make a bundle from an image",
  details:
    "Writes config.json and layers.json for an image in the store to a directory. `create` and `run` assemble the root filesystem from the layers; the bundle keeps what the container writes.",
  positionals: [
    { name: "image", summary: "name of an image in the store, or a prefix of its digest" },
    { name: "directory", summary: "the bundle; created if missing" },
  ],
  trailing: COMMAND,
  options: FROM_IMAGE,
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const bundle = hostPath(args.directory, workingDirectory());
  using _ = await makeImageBundle(
    { image: args.image, bundle, isNew: false, hostname: "lamina", options: args, isVolatile: false },
    context,
  );
  return 0;
}
