/** `start`: tells a waiting init to go on, and waits until the program has taken its place. */
import { RuntimeError } from "../base/errors.ts";
import { hookCall } from "../plan/process/hooks.ts";
import { stateText } from "../plan/process/state-document.ts";
import { requireContainerId } from "../state/container-id.ts";
import { START_SOCKET, StateDirectory } from "../state/directory.ts";
import { beginRun, takeBackRun } from "../state/last-run.ts";
import type { LastStep, StateRecord } from "../state/record.ts";
import { readState } from "../state/status.ts";
import { errnoName } from "../sys/call/errno.ts";
import { strerror } from "../sys/call/errno-words.ts";
import { tryUnlink } from "../sys/file/file.ts";
import { tryConnect } from "../sys/process/socket.ts";
import { NotifySocket } from "./caller/notify-socket.ts";
import { removeFailed } from "./container/remove.ts";
import type { HostContext } from "./context.ts";
import { lossDetail, reasonOf, wordHook } from "./init/failure.ts";
import { Handshake, InitLost, StepFailure } from "./init/handshake.ts";
import { runHook } from "./init/hooks.ts";
import { requireProgramBegun } from "./init/program-begun.ts";
import type { InitSteps } from "./timeline/recorder.ts";

export function startContainer(id: string, context: HostContext): void {
  using directory = StateDirectory.open(context.root, requireContainerId(id));
  directory.lock();
  const record = requireCreated(directory, id);
  const connection = tryConnect(directory.shortPath(START_SOCKET), { follow: false });
  if (typeof connection === "number") throw new RuntimeError("state", `cannot start container ${id}: ${strerror(-connection)}`);
  using notify = NotifySocket.open(directory, context.warn);
  using handshake = new Handshake(
    connection,
    { steps: Object.keys(record.lastSteps).length, isSupervised: false },
    { warn: () => {}, next: () => {}, supervised: () => {}, mount: () => {} },
  );
  beginRun(record);
  context.timeline?.lap("find the container's init");
  handshake.start(context.timeline?.initMemory(lastStepsOf(record)));
  try {
    handshake.awaitExec();
    requireProgramBegun(record.pid, record.startTime);
  } catch (error) {
    takeBackRun(record);
    throw wordStartFailure(error, record);
  } finally {
    context.timeline?.lap("wait until the program has taken init's place", { isWait: true });
    tryUnlink(`${directory.path}/${START_SOCKET}`);
  }
  try {
    runPoststart(record, context);
    context.timeline?.stop();
  } catch (error) {
    removeFailed(directory, record, context);
    throw error;
  }
  if (notify !== undefined) directory.unlock(); // others may signal or delete it while it starts
  notify?.awaitReady(record.pid);
}

function requireCreated(directory: StateDirectory, id: string): StateRecord {
  const { record, status } = readState(directory);
  if (status === "created" && record !== undefined) return requireProgram(record);
  if (status === "running") throw new RuntimeError("state", "cannot start an already running container");
  if (status === "stopped") throw new RuntimeError("state", "cannot start a container that has stopped");
  throw new RuntimeError("state", `cannot start a container in the ${status} state`, { hint: `see: lamina state ${id}` });
}

function requireProgram(record: StateRecord): StateRecord {
  if (Object.values(record.lastSteps).some(({ op }) => op === "exec")) return record;
  throw new RuntimeError("config", 'cannot start a container without a program: "process" was missing in config.json', {
    hint: `exec can execute programs in it, and delete removes it: lamina delete ${record.id}`,
  });
}

/** What is left of the plan that `create` made. */
function lastStepsOf({ lastSteps }: StateRecord): InitSteps {
  const indexes = Object.keys(lastSteps)
    .map(Number)
    .sort((a, b) => a - b);
  return {
    first: indexes[0] ?? 0,
    count: (indexes.at(-1) ?? -1) + 1,
    at: (index) => {
      const step = lastSteps[index];
      return step && { words: wordStep(step), call: LAST_CALLS[step.op], origin: step.origin };
    },
    opAt: (index) => lastSteps[index]?.op,
    isAlternative: () => false,
    hasFilter: loadsFilter(lastSteps),
  };
}

const LAST_CALLS = { runHook: "execve(2)", loadFilter: "seccomp(2)", exec: "execve(2)" } as const;

function wordStep({ op, path }: LastStep): string {
  if (op === "loadFilter") return "load the system call filter";
  return op === "exec" ? `execute ${path}` : `run hook ${path}`;
}

function wordStartFailure(error: unknown, record: StateRecord): unknown {
  const prefix = "lamina start failed: unable to start container process";
  if (error instanceof InitLost) {
    return new RuntimeError(
      "kernel",
      `${prefix}: container init was killed or ended before ${error.before}`,
      lossDetail(record.exec?.seccomp !== undefined || loadsFilter(record.lastSteps)),
    );
  }
  if (!(error instanceof StepFailure)) return error;
  const step = record.lastSteps[error.step];
  if (step === undefined)
    return new RuntimeError("integrity", `${prefix}: container init reports step ${error.step}, which it has done before`);
  const cause = causeOf(step, error);
  return new RuntimeError("kernel", `${prefix}: ${cause}`, {
    pointer: step.origin,
    ...(step.op === "runHook" ? {} : { call: LAST_CALLS[step.op], errno: errnoName(error.value) }),
  });
}

function loadsFilter(lastSteps: StateRecord["lastSteps"]): boolean {
  return Object.values(lastSteps).some(({ op }) => op === "loadFilter");
}

function causeOf(step: LastStep, { value, log }: StepFailure): string {
  if (step.op === "runHook") return wordHook(step, value, log);
  return step.op === "exec" ? `exec ${step.path}: ${reasonOf(value)}` : `cannot load the system call filter: ${reasonOf(value)}`;
}

/** The caller of one that fails stops and removes the container (runtime-spec, runtime.md, Lifecycle, step 9). */
export function runPoststart(record: StateRecord, { timeline }: HostContext): void {
  if (record.poststart.length === 0) return;
  const state = stateText(record, record, record.id, "running", record.pid);
  for (const [index, hook] of record.poststart.entries()) {
    const call = hookCall(hook);
    try {
      runHook({ kind: "poststart", index, call, directory: record.bundle, state });
    } finally {
      timeline?.lap(`run poststart hook ${index}: ${call.path}`);
    }
  }
}
