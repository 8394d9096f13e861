/** config.json `linux.resources` → writes to cgroup files, in the order in which the kernel accepts them. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { Resources } from "../../spec/types.ts";
import type { CgroupFacts } from "../facts.ts";
import type { HostStep } from "../steps/host-step.ts";
import type { Planned } from "../steps/step.ts";
import type { CgroupFiles, CgroupLimit, CgroupLimits } from "./limit.ts";
import { planV1Limits } from "./limits-v1.ts";
import { planV2Limits } from "./limits-v2.ts";
import { ancestors, type CgroupPaths } from "./place.ts";

export function planLimits(resources: Resources, mode: CgroupFacts["mode"], now: CgroupFiles = {}): CgroupLimits {
  return mode === "v2" ? planV2Limits(resources, now) : planV1Limits(resources, now);
}

/** What limits are made of. */
export type WriteCgroup = Extract<HostStep, { readonly op: "writeCgroup" }>;
export type EnableControllers = Extract<HostStep, { readonly op: "enableControllers" }>;

export type WriteSchemata = Extract<HostStep, { readonly op: "writeSchemata" }>;

export type SetUnitProperties = Extract<HostStep, { readonly op: "setUnitProperties" }>;

/** A limit for a controller that is no hierarchy of its own belongs to cgroup2. */
export function writeLimit(paths: CgroupPaths, { controller, file, text, origin, onFailure }: CgroupLimit): Planned<WriteCgroup> {
  const directory = Object.hasOwn(paths, controller) ? paths[controller] : paths.unified;
  if (directory === undefined || file.includes("/")) {
    throw new RuntimeError("config", `cannot write to cgroup file ${JSON.stringify(file)}: it is not a file in a cgroup directory`, {
      pointer: origin,
    });
  }
  const step = { op: "writeCgroup", file: hostPath(`${directory}/${file}`), text } as const;
  return onFailure === undefined || onFailure === "stop" ? { origin, step } : { origin, onFailure, step };
}

/**
 * cgroup2: levels that we cannot write to were set up by their owner; if a controller is missing after all, so is its file,
 * and writing the limit reports that. Controllers that a cgroup with processes of its own cannot pass on come first: it refuses
 * those, while the others would make it threaded, and then nothing could start below it.
 */
export function enableAbove(mountPoint: HostPath, directory: HostPath, controllers: readonly string[]): Planned<EnableControllers>[] {
  if (controllers.length === 0) return [];
  const inOrder = [...controllers.filter((one) => !THREADED.has(one)), ...controllers.filter((one) => THREADED.has(one))];
  return ancestors(mountPoint, directory).map((ancestor) => ({
    origin: "",
    step: { op: "enableControllers", directory: ancestor, controllers: inOrder },
  }));
}

/** Controllers that work between the threads of one process (cgroup-v2.rst, Threads). */
const THREADED: ReadonlySet<string> = new Set(["cpu", "cpuset", "perf_event", "pids"]);
