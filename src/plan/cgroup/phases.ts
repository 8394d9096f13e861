/**
 * When the container's cgroups are made, limited and entered. Pure.
 *
 * The directories are made and limited while init comes up, and init enters before it allocates anything that counts. Only
 * the number of processes is limited later, after the mounts: init still forks, and only its last stage should count. A scope of
 * systemd's cannot exist without a process: it is made when init has come to where it would enter.
 */
import { append } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import { below, type HostPath } from "../../base/paths.ts";
import type { Resources, Spec } from "../../spec/types.ts";
import type { CgroupFacts, CgroupHierarchy } from "../facts.ts";
import type { CgroupEntry } from "../namespaces/namespaces.ts";
import type { HostStep } from "../steps/host-step.ts";
import { type Planned, SYNC_POINTS } from "../steps/step.ts";
import { compileDeviceProgram } from "./device-program.ts";
import { planDeviceLines, planDeviceRules } from "./device-rules.ts";
import { type CgroupLimit, cannotLimit, isSet, RESOURCES } from "./limit.ts";
import { enableAbove, planLimits, writeLimit } from "./limits.ts";
import type { CgroupOwner } from "./owner.ts";
import {
  ancestors,
  type CgroupPaths,
  type CgroupUnit,
  findPlaces,
  keysOf,
  originOf,
  type Place,
  type PlaceInput,
  pathsOf,
} from "./place.ts";
import { isRounded, planScope } from "./scope.ts";

export interface CgroupInput extends PlaceInput {
  readonly resources: Resources | undefined;
  /** Of config.json: some are properties of the container's unit. */
  readonly annotations?: Spec["annotations"];
  /** On v2: who may make cgroups below the container's; see owner.ts. */
  readonly owner?: CgroupOwner | undefined;
}

export interface CgroupPlan {
  readonly paths: CgroupPaths;
  /** What systemd has made of them. */
  readonly unit?: CgroupUnit;
  /** Before init may pass the point "cgroup". */
  readonly before: readonly Planned<HostStep>[];
  /** While init waits there. */
  readonly meeting: readonly Planned<HostStep>[];
  /** By init itself. */
  readonly entry: CgroupEntry;
  /** After the mounts, when init has forked for the last time. */
  readonly after: readonly Planned<HostStep>[];
  readonly warnings: readonly string[];
}

export function planCgroup(input: CgroupInput): CgroupPlan {
  const { facts, resources = {} } = input;
  const { limits, warnings } = planLimits(resources, facts.mode);
  const places = findPlaces(input);
  requireControllers(limits, places, input);
  if (places.length === 0) return withoutCgroup(warnings);
  const paths = pathsOf(places);
  const early = limits.filter(({ file }) => file !== "pids.max");
  const late = limits.filter(({ file }) => file === "pids.max");
  const made = facts.mode === "v2" ? planV2(places, early, input) : planV1(places, early, input);
  const after = late.map((limit) => writeLimit(paths, limit));
  const scope = planScope({ input, places, early, late });
  if (scope === undefined) return { paths, before: made, meeting: [], entry: planEntry(places, input), after, warnings };
  return {
    paths,
    unit: scope.unit,
    before: [],
    meeting: [scope.start, ...made.filter(({ step }) => facts.mode !== "v2" || step.op !== "makeCgroup")],
    entry: { ...planEntry(places, input), unified: undefined }, // systemd has put init into the cgroups that it knows of
    after: [...scope.late, ...(scope.late.length === 0 ? [] : early.filter(isRounded).map((limit) => writeLimit(paths, limit))), ...after],
    warnings,
  };
}

function planEntry(places: readonly Place[], input: CgroupInput): CgroupEntry {
  const { mode } = input.facts;
  const origin = originOf(input);
  const unified = places.find(({ controllers }) => controllers.length === 0);
  return {
    meeting: [{ origin, step: { op: "sync", point: SYNC_POINTS.cgroup } }],
    first: places
      .filter(({ controllers }) => controllers.length > 0)
      .map((place) => ({
        origin,
        ...tolerance(place, mode),
        step: { op: "enterCgroup", file: below(place.directory, "/tasks") },
      })),
    unified: unified === undefined ? undefined : { path: unified.directory, isNeeded: mode === "v2", origin },
  };
}

const NO_ENTRY: CgroupEntry = { meeting: [], first: [], unified: undefined };

/** Of a user who cannot create cgroups and asked for nothing that takes one: the container stays where the runtime is, without a word, as with runc. */
function withoutCgroup(warnings: readonly string[]): CgroupPlan {
  return { paths: {}, before: [], meeting: [], entry: NO_ENTRY, after: [], warnings };
}

/** Hierarchies that only name groups, and cgroup2 beside v1, are entered for the sake of other tools; failing to enter them is harmless. */
function tolerance(place: CgroupHierarchy, mode: CgroupFacts["mode"]): { readonly onFailure?: "ignore" } {
  const isNeeded = mode === "v2" || place.controllers.some((controller) => !controller.startsWith("name="));
  return isNeeded ? {} : { onFailure: "ignore" };
}

/** Whatever is asked for must be possible; and root must at least be able to forbid devices, as with runc. */
function requireControllers(limits: readonly CgroupLimit[], places: readonly Place[], input: CgroupInput): void {
  const { facts, cgroupsPath = "" } = input;
  if (facts.rootless && places.length === 0 && cgroupsPath !== "") {
    throw new RuntimeError("unsupported", `cannot make cgroup ${JSON.stringify(cgroupsPath)}: this user cannot create cgroups`, {
      pointer: "/linux/cgroupsPath",
      hint: HINT,
    });
  }
  const available = new Set(facts.mode === "v2" && places.length > 0 ? facts.availableControllers : places.flatMap(keysOf));
  const missing = limits.find(({ controller }) => !available.has(controller) && !(facts.mode === "v2" && controller === "cgroup"));
  if (missing !== undefined) {
    throw cannotLimit(missing.controller, reasonFor(missing.controller, places, facts), missing.origin);
  }
  if (facts.rootless || (facts.mode === "v2" && places.length > 0) || available.has("devices")) return;
  throw new RuntimeError("unsupported", "cannot forbid devices: no devices cgroup is mounted", {
    pointer: "/linux/resources/devices",
    hint: "mount the cgroup file systems at /sys/fs/cgroup",
  });
}

const HINT =
  "have a cgroup delegated to the user (systemd: Delegate=yes), or remove linux.cgroupsPath and linux.resources from config.json";

function reasonFor(controller: string, places: readonly Place[], { mode, rootless }: CgroupFacts): string {
  if (mode === "none") return "no cgroup file system is mounted";
  if (rootless && places.length === 0) return "this user cannot create cgroups";
  return `the cgroup controller "${controller}" is not available${rootless ? " to this user" : ""}`;
}

function planV1(places: readonly Place[], limits: readonly CgroupLimit[], input: CgroupInput): Planned<HostStep>[] {
  const origin = originOf(input);
  const paths = pathsOf(places);
  const steps: Planned<HostStep>[] = [];
  for (const place of places) {
    steps.push({ origin, ...tolerance(place, input.facts.mode), step: { op: "makeCgroup", path: place.directory } });
    if (place.controllers.includes("cpuset")) append(steps, inheritAbove(place, origin));
    if (place.controllers.includes("cpu")) append(steps, passRealtimeAbove(place, input.resources?.cpu));
    for (const limit of limits) if (place.controllers.includes(limit.controller)) steps.push(writeLimit(paths, limit));
    if (place.controllers.includes("cpuset")) append(steps, inheritCpuset(place.directory, origin));
    if (place.controllers.includes("devices") && !input.facts.rootless) append(steps, planV1Devices(place, input));
  }
  return steps;
}

/** A cpuset group has no processors until it is given some, and then only ones that its parent has. */
function inheritAbove({ base, directory }: Place, origin: string): Planned<HostStep>[] {
  return ancestors(base, directory)
    .slice(1)
    .flatMap((ancestor) => inheritCpuset(ancestor, origin));
}

function inheritCpuset(directory: HostPath, origin: string): Planned<HostStep>[] {
  return ["cpuset.cpus", "cpuset.mems"].map((file) => ({ origin, step: { op: "inheritCgroup", directory, file } }));
}

/** Only to cgroups that are the container's: those of `base` and above are somebody else's. */
function passRealtimeAbove({ base, directory }: Place, cpu: Resources["cpu"]): Planned<HostStep>[] {
  const { realtimeRuntime = 0, realtimePeriod = 0 } = cpu ?? {};
  if (realtimeRuntime <= 0) return [];
  const period = isSet(realtimePeriod) ? `${realtimePeriod}` : "";
  return ancestors(base, directory)
    .slice(1)
    .map((ancestor) => ({
      origin: `${RESOURCES}/cpu/realtimeRuntime`,
      step: { op: "passRealtime", directory: ancestor, period, runtime: `${realtimeRuntime}` },
    }));
}

function planV1Devices({ directory }: Place, { resources = {} }: CgroupInput): Planned<HostStep>[] {
  return planDeviceLines(planDeviceRules(resources.devices ?? [])).map(({ file, text, origin }) => ({
    origin,
    step: { op: "writeCgroup", file: below(directory, `/${file}`), text },
  }));
}

/** Enabled for every container, limited or not: engines read their statistics. */
const STATISTICS = ["cpu", "io", "memory", "pids", "hugetlb"];

function planV2(places: readonly Place[], limits: readonly CgroupLimit[], input: CgroupInput): Planned<HostStep>[] {
  const { facts, resources = {} } = input;
  const origin = originOf(input);
  const paths = pathsOf(places);
  const wanted = new Set([...limits.map(({ controller }) => controller), ...STATISTICS]);
  const controllers = facts.availableControllers.filter((controller) => wanted.has(controller));
  return places.flatMap((place): Planned<HostStep>[] => [
    { origin, step: { op: "makeCgroup", path: place.directory } },
    ...enableAbove(place.mountPoint, place.directory, controllers),
    ...limits.map((limit) => writeLimit(paths, limit)),
    ...(facts.rootless
      ? []
      : [
          {
            origin: "/linux/resources/devices",
            step: { op: "attachDeviceProgram", path: place.directory, program: programOf(resources) },
          } as const,
        ]),
    ...giveAway(place, input),
  ]);
}

/** The kernel refuses this to an unprivileged runtime, which is harmless: the specification does not ask for it. */
function giveAway({ directory }: Place, { owner, facts }: CgroupInput): Planned<HostStep>[] {
  if (owner === undefined) return [];
  const { uid, origin } = owner;
  return [{ origin, ...(facts.rootless ? { onFailure: "ignore" } : {}), step: { op: "chownCgroup", path: directory, uid } }];
}

function programOf({ devices = [] }: Resources): bigint[] {
  return compileDeviceProgram(planDeviceRules(devices));
}
