/** lamina update */
import { RuntimeError } from "../../base/errors.ts";
import { type ResourcesFile, readLimits } from "../../host/bundle/resources-file.ts";
import { RESOURCES } from "../../plan/cgroup/limit.ts";
import type { Arguments } from "../line/arguments.ts";
import { ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { LIMIT_OPTIONS, limitsOf, optionOf } from "./update-limits.ts";

export const ROW = {
  summary: "change the limits of a container",
  details:
    "Changes the limits of a container that is created, running or paused: all that are given, or none if one is refused. 0 leaves a value as it is. With --resources all other options are ignored; the file has the form of linux.resources in config.json, whose devices cannot be changed. Bytes take a suffix, as in 512m; -1 is no limit.",
  positionals: [ID],
  options: [
    {
      name: "resources",
      type: "string",
      alias: "r",
      value: "file",
      summary: "read the limits from this JSON file, or from standard input if it is -",
    },
    ...LIMIT_OPTIONS,
    {
      name: "l3-cache-schema",
      type: "string",
      value: "schema",
      summary: "share of the last level cache, such as L3:0=7f0;1=1f, for a container with linux.intelRdt",
    },
    {
      name: "mem-bw-schema",
      type: "string",
      value: "schema",
      summary: "share of memory bandwidth, such as MB:0=20;1=70, for such a container",
    },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { updateContainer } = await import("../../host/update.ts");
  if (args.resources !== undefined) {
    const file = await readLimits(args.resources);
    for (const warning of file.warnings) context.warn(warning);
    locating(file.find, () => updateContainer({ id: args.id, resources: file.resources }, context));
    return 0;
  }
  const { id, l3CacheSchema, memBwSchema } = args;
  const resources = limitsOf(args);
  locating(findOption, () => updateContainer({ id, resources, schemata: { l3CacheSchema, memBwSchema } }, context));
  return 0;
}

function findOption(pointer: string): ReturnType<ResourcesFile["find"]> {
  const option = optionOf(pointer);
  return option === undefined ? undefined : { location: "option", pointer: option };
}

/** An error that names a value of linux.resources learns where that was asked for. */
function locating(find: ResourcesFile["find"], action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const { pointer = "", ...detail } = error.detail;
    const isOption = pointer.startsWith("--");
    if (!isOption && !pointer.startsWith(RESOURCES)) throw error;
    const place = isOption ? { location: "option", pointer } : find(pointer.slice(RESOURCES.length));
    throw new RuntimeError(error.code, error.message, { ...detail, ...place, cause: error });
  }
}
