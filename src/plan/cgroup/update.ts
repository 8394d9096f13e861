/**
 * New limits for a container that exists → writes to the files of its cgroups, planned from its recorded paths and what those
 * files have now. Pure.
 *
 * As with runc, 0 and absent mean "as it was", and devices are not changed: engines pass the whole list with every update.
 */
import type { HostPath } from "../../base/paths.ts";
import type { Resources } from "../../spec/types.ts";
import type { Planned } from "../steps/step.ts";
import { planLimitProperties } from "../systemd/limit-properties.ts";
import { type CgroupFiles, type CgroupLimit, cannotLimit, RESOURCES } from "./limit.ts";
import {
  type EnableControllers,
  enableAbove,
  planLimits,
  type SetUnitProperties,
  type WriteCgroup,
  type WriteSchemata,
  writeLimit,
} from "./limits.ts";
import type { CgroupPaths } from "./place.ts";
import { isRounded } from "./scope.ts";

export interface UpdateFacts {
  readonly paths: CgroupPaths;
  /** Where cgroup2 is mounted, if the container has only that. */
  readonly mountPoint: HostPath | undefined;
  /** Those of `FILES_FOR_UPDATE` that exist. */
  readonly now: CgroupFiles;
  /** Of systemd's, if that made them. */
  readonly unit?: { readonly manager: "system" | "user"; readonly name: string; readonly version: number } | undefined;
}

/** What decides about the order, or is joined with new values: by v1 controller, then of cgroup2. */
export const FILES_FOR_UPDATE: Readonly<Record<string, readonly string[]>> = {
  cpu: ["cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.cfs_burst_us", "cpu.rt_period_us"],
  memory: ["memory.memsw.limit_in_bytes", "memory.oom_control"],
  unified: ["cpu.max", "cpu.max.burst", "memory.max", "memory.current", "memory.swap.current"],
};

export type UpdateStep = WriteCgroup | EnableControllers | SetUnitProperties | WriteSchemata;

export interface UpdatePlan {
  readonly steps: readonly Planned<UpdateStep>[];
  readonly warnings: readonly string[];
}

export function planUpdate(resources: Resources, facts: UpdateFacts): UpdatePlan {
  const { paths, mountPoint, now } = facts;
  const isV2 = isUnified(paths);
  const { limits, warnings } = planLimits(withoutZeros(resources), isV2 ? "v2" : "v1", now);
  if (!isV2) requireControllers(limits, paths);
  const controllers = [...new Set(limits.map(({ controller }) => controller))].filter((one) => one !== "cgroup");
  const directory = isV2 ? paths.unified : undefined;
  const writes = limits.map((limit) => writeLimit(paths, limit));
  const set = planUnit(limits, facts);
  return {
    steps: [
      // the container was given those that it was to be limited by, and some for statistics
      ...(directory === undefined || mountPoint === undefined ? [] : enableAbove(mountPoint, directory, controllers)),
      ...writes,
      ...(set === undefined ? [] : [set, ...limits.filter(isRounded).map((limit) => writeLimit(paths, limit))]),
    ],
    warnings,
  };
}

/**
 * systemd is told of what the kernel has accepted, so that both stay as they were if it has not. It then writes the same files, and what it
 * has rounded is written once more.
 */
function planUnit(limits: readonly CgroupLimit[], { paths, now, unit }: UpdateFacts): Planned<SetUnitProperties> | undefined {
  if (unit === undefined) return undefined;
  const properties = planLimitProperties({ limits, isV2: isUnified(paths), version: unit.version, now });
  if (properties.length === 0) return undefined;
  return { origin: RESOURCES, step: { op: "setUnitProperties", manager: unit.manager, unit: unit.name, properties } };
}

/** The container has cgroups of v2 only. */
export function isUnified(paths: CgroupPaths): boolean {
  return Object.keys(paths).every((controller) => controller === "unified");
}

function withoutZeros(resources: Resources): Resources {
  const { pids, ...others } = resources;
  return pids?.limit === undefined || BigInt(pids.limit) === 0n ? others : resources;
}

function requireControllers(limits: readonly CgroupLimit[], paths: CgroupPaths): void {
  const missing = limits.find(({ controller }) => !Object.hasOwn(paths, controller));
  if (missing === undefined) return;
  throw cannotLimit(missing.controller, `the container has no cgroup of the controller "${missing.controller}"`, missing.origin);
}
