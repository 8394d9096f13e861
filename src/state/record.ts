/**
 * What lamina remembers of a container between two of its commands, and the check that a JSON value is such a record. Only delete
 * needs all of it: everything that has to be undone is recorded before it is done.
 *
 * A record is trusted (it names processes to kill and hooks to run), so none of it is used until all of it has the right shape. Pure.
 */
import type { HostPath } from "../base/paths.ts";
import type { Hook, Resources } from "../spec/types.ts";
import { type ContainerId, isContainerId } from "./container-id.ts";
import { type EndedRun, isEndedRun } from "./ended-run.ts";
import { type ExecDefaults, isExecDefaults } from "./exec-defaults.ts";
import { type Check, isList, isMap, isObject, isPath, isText, isWhole, optional } from "./record-shape.ts";

/**
 *   1   without `exec`
 *   2   with it
 */
export const STATE_VERSION = 2;

/** The versions that this lamina reads, its own included: a container outlives an upgrade. */
export const KNOWN_VERSIONS: readonly unknown[] = [1, STATE_VERSION] satisfies readonly StateRecord["version"][];

export interface StateRecord {
  /** Of this format: a lamina that does not know it refuses to touch the container. */
  readonly version: 1 | typeof STATE_VERSION;
  readonly id: ContainerId;
  readonly ociVersion: string;
  readonly bundle: HostPath;
  readonly rootfs: HostPath;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** The container's init, in the runtime's pid namespace; 0 until it is ready. */
  readonly pid: number;
  /** Clock ticks between boot and the start of `pid` (proc_pid_stat(5), field 22): pids are reused, these pairs are not. */
  readonly startTime: string;
  /** Its writable layer, which survives deletion. */
  readonly upper?: HostPath;
  /** The last run on its writable layer before its own. */
  readonly previousRun?: EndedRun;
  /** The cgroup directories made for it, to be removed with it; by controller. */
  readonly cgroupPaths: Readonly<Record<string, HostPath>>;
  /** The unit of systemd's that these are; absent if lamina made them itself. */
  readonly unit?: RecordedUnit;
  /** Its groups in the resctrl file system, and those of them that are to be removed with it. */
  readonly resctrl?: RecordedResctrl;
  /** What `update` has changed since, as the kernel has it; the rest is as config.json wanted it. */
  readonly resources?: Resources;
  /** Its root's mount on the host. Absent if it has its own mount namespace. */
  readonly hostRoot?: RecordedRoot;
  /** Where its root is over that of a mount namespace that others live in. */
  readonly placedRoot?: RecordedPlacement;
  readonly hasOwnPidNamespace: boolean;
  /** Hooks that later commands run. Kept here, so that editing config.json does not change an existing container. */
  readonly poststart: readonly Hook[];
  readonly poststop: readonly Hook[];
  /** What its standard streams were when it was made, by number, as checkpoint names them; absent with a terminal of its own. */
  readonly streams?: readonly string[];
  /** What init does after `start`, by index in the plan: `start` uses it to word failures. */
  readonly lastSteps: Readonly<Record<number, LastStep>>;
  /** Absent from records of version 1: nothing can be executed in such a container. */
  readonly exec?: ExecDefaults;
}

/** By its id; earlier versions wrote down the mount below it. */
export type RecordedRoot = { readonly path: HostPath } & ({ readonly mount: number } | { readonly on: number });

export interface RecordedPlacement {
  /** The mount namespace, and its name in procfs, by which it is known again. */
  readonly path: HostPath;
  readonly name: string;
  /** The ids of its own root, and of the container's. */
  readonly on: number;
  readonly mount: number;
}

export interface RecordedUnit {
  /** The machine's systemd, or that of the user. */
  readonly manager: "system" | "user";
  readonly name: string;
  readonly slice: string;
}

export interface RecordedResctrl {
  readonly root: HostPath;
  readonly groups: readonly HostPath[];
  readonly created: readonly HostPath[];
}

export interface LastStep {
  readonly op: "loadFilter" | "runHook" | "exec";
  readonly origin: string;
  readonly path: string;
}

const LARGEST_PID = 4194304;

const FIELDS: { readonly [K in keyof Required<StateRecord>]: Check } = {
  version: (value) => KNOWN_VERSIONS.includes(value),
  id: (value) => typeof value === "string" && isContainerId(value),
  ociVersion: isText,
  bundle: isPath,
  rootfs: isPath,
  created: isText,
  annotations: (value) => isMap(value, isText),
  pid: (value) => isWhole(value, LARGEST_PID),
  startTime: (value) => typeof value === "string" && /^\d{0,20}$/.test(value),
  upper: optional(isPath),
  previousRun: optional(isEndedRun),
  cgroupPaths: (value) => isMap(value, isPath),
  unit: optional(isUnit),
  resctrl: optional(
    (value) => isObject(value) && isPath(value.root) && [value.groups, value.created].every((list) => isList(list, isPath)),
  ),
  resources: optional(isObject),
  hostRoot: optional((value) => isObject(value) && isPath(value.path) && isWhole(value.mount ?? value.on)),
  placedRoot: optional((value) => isObject(value) && isPath(value.path) && isText(value.name) && isWhole(value.on) && isWhole(value.mount)),
  hasOwnPidNamespace: (value) => typeof value === "boolean",
  poststart: (value) => isList(value, isHook),
  poststop: (value) => isList(value, isHook),
  streams: optional((value) => isList(value, isText)),
  lastSteps: (value) => isMap(value, isLastStep) && Object.keys(value as object).every((key) => /^\d+$/.test(key)),
  exec: optional(isExecDefaults),
};

/** The first invalid member, as a JSON pointer; "" if the value is not an object at all; undefined for a valid record. */
export function findMisfit(value: unknown): string | undefined {
  if (!isObject(value)) return "";
  const wrong = Object.entries(FIELDS).find(([key, check]) => !check(ownMember(value, key)));
  return wrong === undefined ? undefined : `/${wrong[0]}`;
}

/** The valid members of a damaged record. Unlike in a sound one, any of them may be missing. */
export function intactMembers(value: unknown): Partial<StateRecord> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(FIELDS)
      .map(([key, check]) => [key, ownMember(value, key), check] as const)
      .filter(([, member, check]) => member !== undefined && check(member)),
  ) as Partial<StateRecord>; // each member has just been checked
}

function ownMember(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isHook(value: unknown): boolean {
  if (!isObject(value) || !isPath(value.path)) return false;
  const isTime = optional((seconds) => isWhole(seconds));
  return [value.args, value.env].every(optional((words) => isList(words, isText))) && isTime(value.timeout);
}

function isUnit(value: unknown): boolean {
  return isObject(value) && (value.manager === "system" || value.manager === "user") && isText(value.name) && isText(value.slice);
}

const LAST_OPS: ReadonlySet<unknown> = new Set(["loadFilter", "runHook", "exec"] satisfies LastStep["op"][]);

function isLastStep(value: unknown): boolean {
  return isObject(value) && LAST_OPS.has(value.op) && isText(value.origin) && isText(value.path);
}
