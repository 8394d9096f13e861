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
import { readEndedRun } from "../state/ended-run.ts";
import { execDefaults } from "../state/exec-defaults.ts";
import { beginRun, exitFileOf, headOfRun, takeBackRun } from "../state/last-run.ts";
import { STATE_VERSION, type StateRecord } from "../state/record.ts";
import { draftRecord, writeRecord } from "../state/record-file.ts";
import type { Fd } from "../sys/call/fd.ts";
import { absolutePath } from "../sys/call/working-directory.ts";
import { statIfThere } from "../sys/file/file.ts";
import type { Replacement } from "../sys/file/replace-file.ts";
import { listenAt } from "../sys/process/socket.ts";
import { SpareDescriptors } from "../sys/process/spare-descriptors.ts";
import type { UsableBundle } from "./bundle/bundle.ts";
import { type PlanRequest, planBundle } from "./bundle/plan-bundle.ts";
import { makeNotifyDirectory, NotifySocket } from "./caller/notify-socket.ts";
import { ownStreams } from "./caller/streams.ts";
import { requireUnusedCgroups } from "./cgroup/cgroup.ts";
import { writeContainerFilter } from "./container/container-filter.ts";
import { readHostRoot } from "./container/host-root.ts";
import { removeFailed } from "./container/remove.ts";
import type { HostContext } from "./context.ts";
import { keepFilter } from "./facts/filter-cache.ts";
import { type Execution, type InitProcess, Running } from "./init/execute.ts";
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
  const { spec, path: bundle } = request.bundle;
  requireReplaceable(request.options.pidFile);
  const { facts, plan, preserveFds } = planBundle(request, context);
  context.timeline?.lap("look at the host, and plan");
  for (const warning of [...request.bundle.warnings, ...plan.warnings]) context.warn(warning);
  using spare = new SpareDescriptors(NEEDED_TO_UNDO);
  const record = makeRecord(request, plan, { id, bundle, rootfs: facts.rootfs });
  const directory = StateDirectory.create(context.root, id);
  const stateFor: Execution["stateFor"] = (pid, status) => stateText(spec, facts, id, status, pid);
  return carryOut({ request, plan, directory, record, stateFor, preserveFds, spare }, context);
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
  readonly record: StateRecord;
  readonly stateFor: Execution["stateFor"];
  readonly preserveFds: number;
  /** Until something has to be undone. */
  readonly spare: Disposable;
}

function carryOut(work: Work, context: HostContext): Prepared {
  const { request, plan, directory, record, stateFor, preserveFds, spare } = work;
  let final: StateRecord | undefined; // undefined as long as there is nothing to undo but the directory
  let running: Running | undefined;
  let notify: NotifySocket | undefined;
  try {
    makeNotifyDirectory(directory);
    notify = request.command === "run" ? NotifySocket.open(directory, context.warn) : undefined;
    requireUnusedCgroups(record.cgroupPaths);
    const writeDown = (): void => {
      final = record;
      writeRecord(directory.path, record);
      if (request.bundle.filter !== undefined) writeContainerFilter(directory.path, request.bundle.filter.program);
      keepNewFilter(request.bundle, context.root);
      context.timeline?.lap("write the record");
    };
    const isFirst = isRecordedFirst(plan);
    if (isFirst) writeDown();
    using ready = new ReadyRecord(directory.path, record);
    using startSocket = request.command === "create" ? listenAt(directory.shortPath(START_SOCKET)) : undefined;
    context.timeline?.lap("make the state directory");
    const execution: Execution = {
      plan,
      launch: { startSocket, consoleSocket: request.consoleSocket, preserveFds, supervision: planSupervision(request, directory, record) },
      wording: OF_CONTAINER,
      warn: context.warn,
      trace: context.trace,
      timeline: context.timeline,
      stateFor,
      creation: {
        bundle: record.bundle,
        user: { root: context.root, id: record.id, created: record.created },
        trees: request.bundle.trees,
        ...(isFirst ? {} : { whenSpawned: writeDown }),
        draftState: (init) => void ready.draft(init),
        saveState: (init) => {
          final = ready.putInPlace(init);
          if (request.command === "run") beginRun(final);
          request.whenReady?.();
        },
      },
    };
    const started = new Running(execution);
    running = started;
    during(`lamina ${request.command} failed: unable to start container process`, () => started.carryOut());
    return { running, directory, record: final ?? record, notify };
  } catch (error) {
    spare[Symbol.dispose]();
    running?.abandon();
    running?.[Symbol.dispose]();
    notify?.[Symbol.dispose]();
    if (final !== undefined) takeBackRun(final);
    removeFailed(directory, final, context);
    directory[Symbol.dispose]();
    throw error;
  }
}

/** Whether something may be done that outlasts us before init waits for us; what init does then goes with it. */
function isRecordedFirst({ host, init, mountsOnHost }: Plan): boolean {
  const waits = init.some(({ step }) => step.op === "sync" && step.point !== SYNC_POINTS.ready);
  return mountsOnHost || !waits || host[0]?.step.op !== "spawnInit";
}

interface Draft {
  readonly record: StateRecord;
  readonly file: Replacement;
}

/** The record of a container whose init is known: written while that is busy, put in place when it is ready. */
class ReadyRecord implements Disposable {
  readonly #directory: HostPath;
  readonly #record: StateRecord;
  #draft: Draft | undefined;

  constructor(directory: HostPath, record: StateRecord) {
    this.#directory = directory;
    this.#record = record;
  }

  draft({ pid, startTime }: InitProcess): Draft {
    this[Symbol.dispose]();
    const { upper } = this.#record;
    const previousRun = upper && readEndedRun(exitFileOf(upper));
    const record = { ...this.#record, pid, startTime, ...(previousRun === undefined ? {} : { previousRun }) };
    this.#draft = { record, file: draftRecord(this.#directory, record) };
    return this.#draft;
  }

  putInPlace(init: InitProcess): StateRecord {
    const { record, file } = this.#draft?.record.pid === init.pid ? this.#draft : this.draft(init);
    file.putInPlace();
    return record;
  }

  [Symbol.dispose](): void {
    this.#draft?.file[Symbol.dispose]();
  }
}

export function keepNewFilter({ spec, filter }: UsableBundle, root: HostPath): void {
  const seccomp = spec.linux?.seccomp;
  if (seccomp !== undefined && filter?.isCached === false) keepFilter(root, seccomp, filter.program);
}

function planSupervision(
  { supervisedUnless: caller }: PrepareRequest,
  directory: StateDirectory,
  record: StateRecord,
): Supervision | undefined {
  if (caller === undefined) return undefined;
  return { stateDirectory: directory.shortPath("."), exitFile: record.upper && exitFileOf(record.upper), head: headOfRun(record), caller };
}

export function makeRecord(
  request: Pick<PrepareRequest, "bundle" | "options">,
  plan: Plan,
  where: { id: StateRecord["id"]; bundle: HostPath; rootfs: HostPath },
): StateRecord {
  const { spec } = request.bundle;
  const claimed = plan.host.map(({ step }) => step).find((step) => step.op === "claimLayer");
  return {
    version: STATE_VERSION,
    ...where,
    ociVersion: spec.ociVersion,
    created: new Date().toISOString(),
    annotations: spec.annotations ?? {},
    pid: 0,
    startTime: "",
    ...(claimed === undefined ? {} : { upper: claimed.upper }),
    cgroupPaths: plan.cgroupPaths,
    ...(plan.unit === undefined ? {} : { unit: plan.unit }),
    ...(plan.resctrl === undefined ? {} : { resctrl: plan.resctrl }),
    ...(plan.mountsOnHost ? { hostRoot: readHostRoot(where.rootfs) } : {}),
    hasOwnPidNamespace: (spec.linux?.namespaces ?? []).some(({ type, path = "" }) => type === "pid" && path === ""),
    poststart: spec.hooks?.poststart ?? [],
    poststop: spec.hooks?.poststop ?? [],
    ...(spec.process?.terminal === true ? {} : { streams: ownStreams() }),
    lastSteps: lastSteps(plan),
    exec: execDefaults(spec, request.options),
  };
}

function lastSteps(plan: Plan): StateRecord["lastSteps"] {
  const first = plan.init.findIndex(({ step }) => step.op === "waitStart");
  if (first < 0) return {};
  const steps = plan.init.flatMap(({ step, origin }, i) => {
    if (i <= first || (step.op !== "loadFilter" && step.op !== "runHook" && step.op !== "exec")) return [];
    const path = step.op === "exec" ? (step.args[0] ?? "") : step.op === "runHook" ? step.path : "";
    return [[i, { op: step.op, origin, path }] as const];
  });
  return Object.fromEntries(steps);
}
