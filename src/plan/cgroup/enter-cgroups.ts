/** A container's recorded cgroups → the steps by which init enters them. Pure. */
import { below, type HostPath } from "../../base/paths.ts";
import type { ContainerFacts } from "../facts.ts";
import type { HostStep } from "../steps/host-step.ts";
import { SLOT } from "../steps/slots.ts";
import { type InitStep, type OnFailure, type Planned, SYNC_POINTS } from "../steps/step.ts";

export interface EnterCgroups {
  /** By controller; "unified" is cgroup2. */
  readonly paths: Readonly<Record<string, HostPath>>;
  /** `isCrowded`: and no stage of init that is elsewhere could be taken over, to start what is not limited. */
  readonly container: Pick<ContainerFacts, "initCgroup" | "isCrowded">;
  readonly rootless: boolean;
  /** If the cgroups are a unit's of the user's systemd: that moves processes from where the user may not. */
  readonly unit?: UserUnit | undefined;
}

export interface UserUnit {
  readonly name: string;
  /** Its cgroup2 directory. */
  readonly directory: HostPath;
}

export interface EnteredCgroups {
  /** In init's first stage. */
  readonly init: readonly Planned<InitStep>[];
  /** While init waits at the point "cgroup", if it does. */
  readonly meeting: readonly Planned<HostStep>[];
  /** When init is ready: its last stage alone is counted, and nobody who is moved is refused. */
  readonly host: readonly Planned<HostStep>[];
}

/**
 * v1 hierarchies by a write, cgroup2 by being cloned into it, for the reasons that cgroup.ts and native/init/namespace.c give. A hierarchy
 * that only names groups, or cgroup2 beside v1, is entered for the sake of other tools.
 */
export function planEnterCgroups({ paths, container, rootless, unit }: EnterCgroups): EnteredCgroups {
  const { unified, ...v1 } = paths;
  const isV1 = Object.keys(v1).length > 0;
  if (unit !== undefined && unified !== undefined && !isV1) return planUnit(unit, unified, container);
  const counting = container.isCrowded ? (v1.pids ?? (isV1 ? undefined : unified)) : undefined;
  const directories = new Map(Object.entries(v1).map(([controller, path]) => [path, controller]));
  const enter = [...directories].flatMap(([path, controller]): Planned<InitStep>[] => {
    const one: InitStep = { op: "enterCgroup", file: below(path, "/tasks") };
    return path === counting ? [] : [step(controller.startsWith("name=") ? "ignore" : "stop", one)];
  });
  const lastResort = isV1 ? "ignore" : rootless ? "warn" : "stop";
  const into = unified === undefined || unified === counting ? [] : planUnified({ unified, fallback: container.initCgroup, lastResort });
  return { init: [...enter, ...into], meeting: [], host: counting === undefined ? [] : [moveTo(counting)] };
}

/**
 * Early, while init still is the user's own: later it may have an id that is not, of which systemd moves no process. The user's systemd asks
 * the machine's where it has no right itself.
 */
function planUnit(unit: UserUnit, unified: HostPath, { isCrowded, initCgroup }: EnterCgroups["container"]): EnteredCgroups {
  const attach = (path: HostPath, onFailure: OnFailure): Planned<HostStep> => ({
    origin: "",
    onFailure,
    step: { op: "attachToUnit", manager: "user", unit: unit.name, below: path.slice(unit.directory.length) },
  });
  const steps = initCgroup === undefined ? [attach(unified, "warn")] : [attach(unified, "else"), attach(initCgroup, "warn")];
  if (isCrowded) return { init: [], meeting: [], host: steps };
  return { init: [step("stop", { op: "sync", point: SYNC_POINTS.cgroup })], meeting: steps, host: [] };
}

function moveTo(path: HostPath): Planned<HostStep> {
  return { origin: "", step: { op: "moveToCgroup", file: below(path, "/cgroup.procs") } };
}

interface Unified {
  readonly unified: HostPath;
  readonly fallback: HostPath | undefined;
  readonly lastResort: OnFailure;
}

/**
 * A container that has divided its cgroup can have no process in the cgroup itself (EBUSY): then the one of its init will do. A user
 * who came from elsewhere may not be allowed in (cgroup-v2.rst, Delegation Containment).
 */
function planUnified({ unified, fallback, lastResort }: Unified): Planned<InitStep>[] {
  const open = (slot: number, path: HostPath, onFailure: OnFailure): Planned<InitStep> => step(onFailure, { op: "openCgroup", slot, path });
  const into = (slot: number, onFailure: OnFailure): Planned<InitStep> => step(onFailure, { op: "cloneIntoCgroup", flags: 0, slot });
  if (fallback === undefined) return [open(SLOT.cgroup, unified, lastResort), into(SLOT.cgroup, lastResort)];
  return [
    open(SLOT.cgroup, unified, lastResort),
    open(SLOT.otherCgroup, fallback, "ignore"),
    into(SLOT.cgroup, "else"),
    into(SLOT.otherCgroup, lastResort),
  ];
}

function step(onFailure: OnFailure, one: InitStep): Planned<InitStep> {
  return { origin: "", ...(onFailure === "stop" ? {} : { onFailure }), step: one };
}
