/** `lamina spec`: writes a config.json to begin with. */
import { writeNewConfig } from "../../host/bundle/bundle-files.ts";
import { effectiveGid, effectiveUid } from "../../host/caller/caller.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";
import { defaultSpec, rootlessSpec } from "./spec-default.ts";

/** Never overwrites a file. */
export function run(args: Arguments<"spec">, context: Context): number {
  const spec = args.rootless ? rootlessSpec({ uid: effectiveUid(), gid: effectiveGid() }) : defaultSpec();
  const path = `${args.bundle ?? "."}/config.json`;
  writeNewConfig(path, spec);
  context.trace(() => `wrote ${path}`);
  return 0;
}
