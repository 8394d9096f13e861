/**
 * Where the container's cgroups are, and how they are made, limited and entered. Pure.
 *
 * The directories are made and limited before init enters, and init enters before it allocates anything that counts. Only
 * the number of processes is limited later: init still forks, and only its last stage should count.
 */
import { RuntimeError } from "../base/errors.ts";
import { guestPath, type HostPath, hostPath } from "../base/paths.ts";
import type { Resources } from "../spec/types.ts";
import { type CgroupLimit, type CgroupLimits, cannotLimit } from "./cgroup-limit.ts";
import type { CgroupOwner } from "./cgroup-owner.ts";
import { planV1Limits } from "./cgroup-v1.ts";
import { planV2Limits } from "./cgroup-v2.ts";
import { compileDeviceProgram } from "./device-program.ts";
import { planDeviceLines, planDeviceRules } from "./device-rules.ts";
import type { CgroupFacts, CgroupHierarchy } from "./facts.ts";
import type { HostStep } from "./host-step.ts";
import type { InitStep, Planned } from "./step.ts";

export interface CgroupInput {
  readonly id: string;
  readonly cgroupsPath: string | undefined;
  readonly resources: Resources | undefined;
  readonly facts: CgroupFacts;
  /** On v2: who may make cgroups below the container's; see cgroup-owner.ts. */
  readonly owner?: CgroupOwner | undefined;
  /** `--systemd-cgroup`. */
  readonly systemd?: boolean;
}

export interface CgroupPlan {
  /** The container's directory for each v1 controller (`name=systemd` is one), and for cgroup2 under "unified". */
  readonly paths: Readonly<Record<string, HostPath>>;
  /** Before init is started. */
  readonly steps: readonly Planned<HostStep>[];
  /** The first thing that init does: enter the v1 hierarchies. */
  readonly enter: readonly Planned<InitStep>[];
  /** cgroup2's directory, into which the container's init is cloned; on v1 that may fail. */
  readonly unified: { readonly path: HostPath; readonly isNeeded: boolean; readonly origin: string } | undefined;
  /** After init has forked for the last time. */
  readonly late: readonly Planned<HostStep>[];
  readonly warnings: readonly string[];
}

/** A hierarchy with the container's directory in it. */
interface Place extends CgroupHierarchy {
  /** Where the container's path starts: anything above is not ours. */
  readonly base: HostPath;
  readonly directory: HostPath;
}

export function planCgroup(input: CgroupInput): CgroupPlan {
  const { facts, resources = {} } = input;
  const { limits, warnings } = planLimits(resources, facts);
  const places = findPlaces(input);
  requireControllers(limits, places, input);
  if (places.length === 0) return withoutCgroup(warnings);
  const early = limits.filter(({ file }) => file !== "pids.max");
  const late = limits.filter(({ file }) => file === "pids.max");
  const origin = originOf(input);
  const unified = places.find(({ controllers }) => controllers.length === 0);
  return {
    paths: pathsOf(places),
    steps: facts.mode === "v2" ? planV2(places, early, input) : planV1(places, early, input),
    enter: places
      .filter(({ controllers }) => controllers.length > 0)
      .map((place) => ({
        origin,
        ...tolerance(place, facts.mode),
        step: { op: "enterCgroup", file: hostPath(`${place.directory}/tasks`) },
      })),
    unified: unified === undefined ? undefined : { path: unified.directory, isNeeded: facts.mode === "v2", origin },
    late: late.map((limit) => writeLimit(places, limit)),
    warnings,
  };
}

/** The cgroups of a container whose config.json names no other place. */
export function defaultCgroupPaths(id: string, facts: CgroupFacts): CgroupPlan["paths"] {
  return pathsOf(findPlaces({ id, cgroupsPath: undefined, resources: undefined, facts }));
}

function pathsOf(places: readonly Place[]): CgroupPlan["paths"] {
  return Object.fromEntries(places.flatMap((place) => keysOf(place).map((key) => [key, place.directory])));
}

function planLimits(resources: Resources, { mode }: CgroupFacts): CgroupLimits {
  return mode === "v2" ? planV2Limits(resources) : planV1Limits(resources);
}

function withoutCgroup(warnings: readonly string[]): CgroupPlan {
  const warning = "this user cannot create cgroups: the container stays in the cgroup of the runtime";
  return { paths: {}, steps: [], enter: [], unified: undefined, late: [], warnings: [...warnings, warning] };
}

function originOf({ cgroupsPath = "" }: CgroupInput): string {
  return cgroupsPath === "" ? "" : "/linux/cgroupsPath";
}

function keysOf({ controllers }: CgroupHierarchy): readonly string[] {
  return controllers.length === 0 ? ["unified"] : controllers;
}

/** Hierarchies that only name groups, and cgroup2 beside v1, are entered for the sake of other tools; failing to enter them is harmless. */
function tolerance(place: CgroupHierarchy, mode: CgroupFacts["mode"]): { readonly onFailure?: "ignore" } {
  const isNeeded = mode === "v2" || place.controllers.some((controller) => !controller.startsWith("name="));
  return isNeeded ? {} : { onFailure: "ignore" };
}

/**
 * An absolute path starts at the mount point, a relative one (as the id is, if there is no path) at the runtime's own
 * cgroup. On v2 that cgroup holds the runtime's processes, so its children cannot have limits: its parent is used instead.
 * `..` never leads above the start, as in runc.
 */
function findPlaces(input: CgroupInput): Place[] {
  const { cgroupsPath = "", id, facts } = input;
  const path = cgroupsPath === "" ? id : cgroupsPath;
  const inner = guestPath(path);
  requirePlace(path, inner, input);
  const parentOf = ({ ownPath }: CgroupHierarchy): string => {
    if (path.startsWith("/")) return "/";
    return facts.mode === "v2" ? guestPath(`${ownPath}/..`) : guestPath(ownPath);
  };
  const isBeside = facts.mode === "v2" && !path.startsWith("/");
  return facts.hierarchies
    .filter(({ writable, hasRoomBeside = writable }) => !facts.rootless || (isBeside ? hasRoomBeside : writable))
    .map((hierarchy) => {
      const base = hostPath(`${hierarchy.mountPoint}/${parentOf(hierarchy)}`);
      return { ...hierarchy, base, directory: hostPath(`${base}/${inner}`) };
    });
}

function requirePlace(path: string, inner: string, input: CgroupInput): void {
  if (input.systemd) {
    throw new RuntimeError("unsupported", `cannot place the container in ${JSON.stringify(path)}: there is no systemd cgroup driver yet`, {
      pointer: originOf(input),
      hint: "omit --systemd-cgroup; engines call this driver cgroupfs",
    });
  }
  if (inner === "/") {
    throw new RuntimeError("config", `cannot place the container in ${JSON.stringify(path)}: it is the root of the hierarchy`, {
      pointer: originOf(input),
      hint: "name a cgroup for this container, such as /lamina/NAME, or leave the path out",
    });
  }
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
  const steps: Planned<HostStep>[] = [];
  for (const place of places) {
    steps.push({ origin, ...tolerance(place, input.facts.mode), step: { op: "makeCgroup", path: place.directory } });
    if (place.controllers.includes("cpuset")) steps.push(...inheritAbove(place, origin));
    steps.push(...limits.filter(({ controller }) => place.controllers.includes(controller)).map((limit) => writeLimit(places, limit)));
    if (place.controllers.includes("cpuset")) steps.push(...inheritCpuset(place.directory, origin));
    if (place.controllers.includes("devices") && !input.facts.rootless) steps.push(...planV1Devices(place, input));
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

/** `top` and everything below it that lies above `directory`, in this order. */
function ancestors(top: HostPath, directory: HostPath): HostPath[] {
  const names = directory
    .slice(top.length)
    .split("/")
    .filter((name) => name !== "");
  return names.map((_, i) => hostPath(`${top}/${names.slice(0, i).join("/")}`));
}

function planV1Devices({ directory }: Place, { resources = {} }: CgroupInput): Planned<HostStep>[] {
  return planDeviceLines(planDeviceRules(resources.devices ?? [])).map(({ file, text, origin }) => ({
    origin,
    step: { op: "writeCgroup", file: hostPath(`${directory}/${file}`), text },
  }));
}

/** Enabled for every container, limited or not: engines read their statistics. */
const STATISTICS = ["cpu", "io", "memory", "pids"];

function planV2(places: readonly Place[], limits: readonly CgroupLimit[], input: CgroupInput): Planned<HostStep>[] {
  const { facts, resources = {} } = input;
  const origin = originOf(input);
  const wanted = new Set([...limits.map(({ controller }) => controller), ...STATISTICS]);
  const controllers = facts.availableControllers.filter((controller) => wanted.has(controller));
  return places.flatMap((place): Planned<HostStep>[] => [
    { origin, step: { op: "makeCgroup", path: place.directory } },
    ...enable(place, controllers),
    ...limits.map((limit) => writeLimit(places, limit)),
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

/**
 * Levels that we cannot write to were set up by their owner; if a controller is missing after all, so is its file, and
 * writing the limit reports that. Controllers that a cgroup with processes of its own cannot pass on come first: it refuses
 * those, while the others would make it threaded, and then nothing could start below it.
 */
function enable({ mountPoint, directory }: Place, controllers: readonly string[]): Planned<HostStep>[] {
  if (controllers.length === 0) return [];
  const inOrder = [...controllers.filter((one) => !THREADED.has(one)), ...controllers.filter((one) => THREADED.has(one))];
  return ancestors(mountPoint, directory).map((ancestor) => ({
    origin: "",
    step: { op: "enableControllers", directory: ancestor, controllers: inOrder },
  }));
}

/** Controllers that work between the threads of one process (cgroup-v2.rst, Threads). */
const THREADED: ReadonlySet<string> = new Set(["cpu", "cpuset", "perf_event", "pids"]);

/** The kernel refuses this to an unprivileged runtime, which is harmless: the specification does not ask for it. */
function giveAway({ directory }: Place, { owner, facts }: CgroupInput): Planned<HostStep>[] {
  if (owner === undefined) return [];
  const { uid, origin } = owner;
  return [{ origin, ...(facts.rootless ? { onFailure: "ignore" } : {}), step: { op: "chownCgroup", path: directory, uid } }];
}

function programOf({ devices = [] }: Resources): bigint[] {
  return compileDeviceProgram(planDeviceRules(devices));
}

function writeLimit(places: readonly Place[], { controller, file, text, origin, onFailure }: CgroupLimit): Planned<HostStep> {
  const place = places.find((one) => keysOf(one).includes(controller)) ?? places.find(({ controllers }) => controllers.length === 0);
  if (place === undefined || file.includes("/")) {
    throw new RuntimeError("config", `cannot write to cgroup file ${JSON.stringify(file)}: it is not a file in a cgroup directory`, {
      pointer: origin,
    });
  }
  const step = { op: "writeCgroup", file: hostPath(`${place.directory}/${file}`), text } as const;
  return onFailure === undefined || onFailure === "stop" ? { origin, step } : { origin, onFailure, step };
}
