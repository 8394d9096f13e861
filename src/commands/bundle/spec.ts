/** `lamina spec`: writes a config.json to begin with. */
import { writeNewConfig } from "../../host/bundle/bundle-files.ts";
import { effectiveGid, effectiveUid } from "../../host/caller/caller.ts";
import type { Arguments } from "../line/arguments.ts";
import { BUNDLE } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { defaultSpec, rootlessSpec } from "./spec-default.ts";

export const ROW = {
  summary: "write a starter config.json",
  details: "Writes a config.json that runs a shell in ./rootfs. It is a starting point: change args, and delete what you do not need.",
  positionals: [],
  options: [
    { ...BUNDLE, summary: "directory to write config.json into; default: the working directory" },
    { name: "rootless", type: "boolean", summary: "write it for an unprivileged user" },
  ],
} as const satisfies CommandRow;

/** Never overwrites a file. */
export function run(args: Arguments<typeof ROW>, context: Context): number {
  const spec = args.rootless ? rootlessSpec({ uid: effectiveUid(), gid: effectiveGid() }) : defaultSpec();
  const path = `${args.bundle ?? "."}/config.json`;
  writeNewConfig(path, spec);
  context.trace(() => `wrote ${path}`);
  return 0;
}
