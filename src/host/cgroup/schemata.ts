/** `update` of a container's share of caches and memory bandwidth. Messages are runc's. */
import { RuntimeError } from "../../base/errors.ts";
import type { WriteSchemata } from "../../plan/cgroup/limits.ts";
import type { Planned } from "../../plan/steps/step.ts";
import type { RecordedResctrl } from "../../state/record.ts";
import { statIfThere } from "../../sys/file/file.ts";

export interface Schemata {
  readonly l3CacheSchema?: string | undefined;
  readonly memBwSchema?: string | undefined;
}

const KINDS = [
  { key: "l3CacheSchema", option: "--l3-cache-schema", info: "L3", missing: "Intel RDT/CAT: l3 cache schema is not enabled" },
  { key: "memBwSchema", option: "--mem-bw-schema", info: "MB", missing: "Intel RDT/MBA: memory bandwidth schema is not enabled" },
] as const;

/** Throws code "unsupported" if the host has no such resource, or the container no group. */
export function requireSchemata(schemata: Schemata, place: RecordedResctrl | undefined): void {
  for (const { key, info, missing } of KINDS) {
    const line = schemata[key];
    if (line === undefined) continue;
    if (place === undefined || statIfThere(`${place.root}/info/${info}`) === undefined) {
      const hint = place === undefined ? "the container was made without linux.intelRdt" : `there is no ${place.root}/info/${info}`;
      throw new RuntimeError("unsupported", missing, { hint });
    }
    if (line.includes("\n")) throw new RuntimeError("usage", `invalid schema: ${JSON.stringify(line)} is more than one line`);
  }
}

export function planSchemata(schemata: Schemata, place: RecordedResctrl | undefined): Planned<WriteSchemata>[] {
  const group = place?.groups[0];
  return KINDS.flatMap(({ key, option }): Planned<WriteSchemata>[] => {
    const line = schemata[key];
    if (place === undefined || group === undefined || line === undefined || line === "") return [];
    return [{ origin: option, step: { op: "writeSchemata", root: place.root, group, line, isNew: false } }];
  });
}
