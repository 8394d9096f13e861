/**
 * From a bundle to a container whose init is ready: what `create` and `run` have in common. Everything is written down
 * before it is done, and undone if it fails; a crash leaves what `delete --force` finds.
 */
import { during, RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import type { Plan } from "../plan/plan-container.ts";
import { stateText } from "../plan/process/state-document.ts";
import { SYNC_POINTS } from "../plan/steps/step.ts";
import { requireContainerId } from "../state/container-id.ts";
import { START_SOCKET, StateDirectory } from "../state/directory.ts";
import { execDefaults } from "../state/exec-defaults.ts";
import { GrowingRecord } from "../state/growing-record.ts";
import { beginRun, exitFileOf, headOfRun, takeBackRun } from "../state/last-run.ts";
import { STATE_VERSION, type StateRecord } from "../state/record.ts";
import type { Fd } from "../sys/call/fd.ts";
import { absolutePath } from "../sys/call/working-directory.ts";
import { statIfThere } from "../sys/file/file.ts";
import { listenAt } from "../sys/process/socket.ts";
import { SpareDescriptors } from "../sys/process/spare-descriptors.ts";
import type { UsableBundle } from "./bundle/bundle.ts";
import { type PlanRequest, planBundle } from "./bundle/plan-bundle.ts";
import { makeNotifyDirectory, NotifySocket } from "./caller/notify-socket.ts";
import { ownStreams } from "./caller/streams.ts";
import { requireUnusedCgroups } from "./cgroup/cgroup.ts";
import { writeContainerFilter } from "./container/container-filter.ts";
import { removeFailed } from "./container/remove.ts";
import type { HostContext } from "./context.ts";
import { keepFilter } from "./facts/filter-cache.ts";
import { type Execution, Running } from "./init/execute.ts";
import { OF_CONTAINER } from "./init/failure.ts";
import type { Supervision } from "./init/launch.ts";

export interface PrepareRequest extends PlanRequest {
  readonly bundle: UsableBundle;
  readonly consoleSocket: Fd | undefined;
  /** Somebody is to wait for the container's end when we are gone, unless this process may do so itself; 0 = none may. */
  readonly supervisedUnless?: number | undefined;
  /** Called when the container is there, and its program has not begun. */
  readonly whenReady?: (() => void) | undefined;
}

export interface Prepared {
  readonly running: Running;
  readonly directory: StateDirectory;
  readonly record: StateRecord;
  /** For `run`: its program may say at once that it is ready. */
  readonly notify: NotifySocket | undefined;
}

/** A directory on the way down its tree, and one in it; a file there; and the process that is to end. */
const NEEDED_TO_UNDO = 4;

/** Every host step of the plan, with the container's directory locked; the caller disposes of all three. */
export function prepareContainer(request: PrepareRequest, context: HostContext): Prepared {
  const id = requireContainerId(request.options.id);
  const { spec } = request.bundle;
  requireReplaceable(request.options.pidFile);
  const { facts, plan, preserveFds } = planBundle(request, context);
  context.timeline?.lap("look at the host, and plan");
  for (const warning of [...request.bundle.warnings, ...plan.warnings]) context.warn(warning);
  using spare = new SpareDescriptors(NEEDED_TO_UNDO);
  const container = { id, bundle: request.bundle.path, rootfs: facts.rootfs, created: new Date().toISOString() };
  const directory = StateDirectory.create(context.root, id);
  const stateFor: Execution["stateFor"] = (pid, status) => stateText(spec, facts, id, status, pid);
  return carryOut({ request, plan, directory, container, stateFor, preserveFds, spare }, context);
}

/** The pid file is put in the place of what is there: which must not be a device of the host's, or somebody's pipe. */
export function requireReplaceable(pidFile: string | undefined): void {
  const kind = pidFile === undefined ? undefined : statIfThere(absolutePath(pidFile))?.kind;
  if (kind === undefined || kind === "file") return;
  throw new RuntimeError("usage", `cannot write the pid to ${pidFile}: there is something else than a regular file`, {
    hint: "--pid-file names a file that is made, or replaced",
  });
}

interface Work {
  readonly request: PrepareRequest;
  readonly plan: Plan;
  readonly directory: StateDirectory;
  readonly container: NamedContainer;
  readonly stateFor: Execution["stateFor"];
  readonly preserveFds: number;
  /** Until something has to be undone. */
  readonly spare: Disposable;
}

type NamedContainer = Pick<StateRecord, "id" | "bundle" | "rootfs" | "created">;

function carryOut(work: Work, context: HostContext): Prepared {
  const { request, plan, directory, container, stateFor, preserveFds, spare } = work;
  const { filter, trees } = request.bundle;
  using record = new GrowingRecord(directory.path);
  let running: Running | undefined;
  let notify: NotifySocket | undefined;
  try {
    makeNotifyDirectory(directory);
    notify = request.command === "run" ? NotifySocket.open(directory, context.warn) : undefined;
    using startSocket = request.command === "create" ? listenAt(directory.shortPath(START_SOCKET)) : undefined;
    context.timeline?.lap("make the state directory");
    const started = new Running({
      plan,
      launch: { startSocket, consoleSocket: request.consoleSocket, preserveFds, supervision: planSupervision(work) },
      wording: OF_CONTAINER,
      warn: context.warn,
      trace: context.trace,
      timeline: context.timeline,
      stateFor,
      creation: {
        bundle: container.bundle,
        user: { root: context.root, id: container.id, created: container.created },
        trees,
        draftState: (init) => record.draft(init),
        nameRoot: (mount) => record.add(describeRoot(plan, container.rootfs, mount)),
        saveState: (init) => {
          record.finish(init);
          if (request.command === "run") beginRun(record.now);
          request.whenReady?.();
        },
      },
    });
    running = started;
    const failed = `lamina ${request.command} failed: unable to start container process`;
    if (!isRecordedFirst(plan)) during(failed, () => started.spawnAhead());
    requireUnusedCgroups(plan.cgroupPaths);
    record.begin(makeRecord(request, plan, container));
    if (filter !== undefined) writeContainerFilter(directory.path, filter.program);
    keepNewFilter(request.bundle, context.root);
    context.timeline?.lap("write the record");
    during(failed, () => started.carryOut());
    return { running, directory, record: record.now, notify };
  } catch (error) {
    spare[Symbol.dispose]();
    running?.abandon();
    running?.[Symbol.dispose]();
    notify?.[Symbol.dispose]();
    const { written } = record; // undefined as long as there is nothing to undo but the directory
    if (written !== undefined) takeBackRun(written);
    removeFailed(directory, written, context);
    directory[Symbol.dispose]();
    throw error;
  }
}

/** Whether something may be done that outlasts us before init waits for us; what init does then goes with it. */
function isRecordedFirst({ host, init }: Plan): boolean {
  const waits = init.some(({ step }) => step.op === "waitHost" || (step.op === "sync" && step.point !== SYNC_POINTS.ready));
  return !waits || host[0]?.step.op !== "spawnInit";
}

export function keepNewFilter({ spec, filter }: UsableBundle, root: HostPath): void {
  const seccomp = spec.linux?.seccomp;
  if (seccomp !== undefined && filter?.isCached === false) keepFilter(root, seccomp, filter.program);
}

function planSupervision({ request, plan, directory, container }: Work): Supervision | undefined {
  const { supervisedUnless: caller } = request;
  if (caller === undefined) return undefined;
  const upper = claimedLayer(plan);
  return { stateDirectory: directory.shortPath("."), exitFile: upper && exitFileOf(upper), head: headOfRun(container), caller };
}

export function makeRecord(request: Pick<PrepareRequest, "bundle" | "options">, plan: Plan, container: NamedContainer): StateRecord {
  const { spec } = request.bundle;
  const upper = claimedLayer(plan);
  return {
    version: STATE_VERSION,
    ...container,
    ociVersion: spec.ociVersion,
    annotations: spec.annotations ?? {},
    pid: 0,
    startTime: "",
    ...(upper === undefined ? {} : { upper }),
    cgroupPaths: plan.cgroupPaths,
    ...(plan.unit === undefined ? {} : { unit: plan.unit }),
    ...(plan.resctrl === undefined ? {} : { resctrl: plan.resctrl }),
    hasOwnPidNamespace: (spec.linux?.namespaces ?? []).some(({ type, path = "" }) => type === "pid" && path === ""),
    poststart: spec.hooks?.poststart ?? [],
    poststop: spec.hooks?.poststop ?? [],
    ...(spec.process?.terminal === true ? {} : { streams: ownStreams() }),
    lastSteps: lastSteps(plan),
    exec: execDefaults(spec, { ...request.options, isPlaced: plan.placedRoot !== undefined }),
  };
}

/** `mount`: its id. */
function describeRoot({ placedRoot }: Plan, rootfs: HostPath, mount: number): Pick<StateRecord, "hostRoot" | "placedRoot"> {
  return placedRoot === undefined ? { hostRoot: { path: rootfs, mount } } : { placedRoot: { ...placedRoot, mount } };
}

function claimedLayer({ host }: Plan): HostPath | undefined {
  for (const { step } of host) if (step.op === "claimLayer") return step.upper;
  return undefined;
}

function lastSteps(plan: Plan): StateRecord["lastSteps"] {
  const first = plan.init.findLastIndex(({ step }) => step.op === "waitStart") + 1;
  if (first === 0) return {};
  const steps = plan.init.slice(first).flatMap(({ step, origin }, i) => {
    if (step.op !== "loadFilter" && step.op !== "runHook" && step.op !== "exec") return [];
    const path = step.op === "exec" ? (step.args[0] ?? "") : step.op === "runHook" ? step.path : "";
    return [[first + i, { op: step.op, origin, path }] as const];
  });
  return Object.fromEntries(steps);
}
