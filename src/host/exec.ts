/** `exec`: one more process in a container that runs; then its exit status, or not (`--detach`). */
import { during, RuntimeError } from "../base/errors.ts";
import type { UserUnit } from "../plan/cgroup/enter-cgroups.ts";
import { subCgroups } from "../plan/cgroup/sub-cgroups.ts";
import { planExec } from "../plan/plan-exec.ts";
import { completeProcess, type ProcessOptions, processOf } from "../plan/process/exec-process.ts";
import type { Handover } from "../plan/process/handover.ts";
import { stateText } from "../plan/process/state-document.ts";
import type { Steps } from "../plan/steps/steps.ts";
import type { Process } from "../spec/types.ts";
import { recallProcess } from "../state/exec-defaults.ts";
import type { StateRecord } from "../state/record.ts";
import type { Fd } from "../sys/call/fd.ts";
import { type ProcessFile, placeInProcess, readProcessFile } from "./bundle/process-file.ts";
import { type CallerOptions, handoverOf } from "./caller/caller-options.ts";
import { Foreground } from "./caller/foreground.ts";
import { listenFds, withListenFds } from "./caller/listen-fds.ts";
import { OwnTerminal, sizedProcess } from "./caller/own-terminal.ts";
import { openRunningContainer, type RunningContainer } from "./container/running-container.ts";
import type { HostContext } from "./context.ts";
import { openConsoleSocket } from "./create.ts";
import { readHostFacts } from "./facts/facts.ts";
import { Running } from "./init/execute.ts";
import { OF_EXEC } from "./init/failure.ts";

export interface ExecRequest extends ProcessOptions, CallerOptions {
  readonly id: string;
  /** A file of JSON that says what the options of `ProcessOptions` would. */
  readonly process: string | undefined;
  readonly detach: boolean;
  readonly cgroup: readonly string[];
  readonly ignorePaused: boolean;
}

/** The exit status of the program (128 + n if signal n killed it); 0 with `--detach`. Messages begin as runc's do. */
export async function execInContainer(request: ExecRequest, context: HostContext): Promise<number> {
  let file: ProcessFile | undefined;
  try {
    using container = openRunningContainer(request, context);
    file = request.process === undefined ? undefined : await readProcessFile(request.process);
    for (const warning of file?.warnings ?? []) context.warn(warning);
    const defaults = recallProcess(container.defaults);
    const process = withListenFds(resolveProcess(request, file, defaults), listenFds());
    context.timeline?.lap("find the container, and the process that is asked for");
    const start: Start = { request, process, defaults, container, context };
    return request.detach ? execDetached(start) : execForeground(start);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new RuntimeError(error.code, `exec failed: ${error.message}`, { ...placeInProcess(file, error.detail), cause: error });
  }
}

interface Start {
  readonly request: ExecRequest;
  readonly process: Process;
  /** The container's own. */
  readonly defaults: Process;
  readonly container: RunningContainer;
  readonly context: HostContext;
}

function resolveProcess(request: ExecRequest, file: ProcessFile | undefined, defaults: Process): Process {
  if (file === undefined) return processOf(defaults, request);
  requireNoOptions(request);
  return completeProcess(file.process, defaults);
}

/** `--tty` says nothing that the file does not: conmon gives both. */
function requireNoOptions({ command, cwd, env, user, additionalGids, cap, noNewPrivs, processLabel, apparmor }: ExecRequest): void {
  const options = {
    cwd,
    env,
    user,
    "additional-gids": additionalGids,
    cap,
    "no-new-privs": noNewPrivs,
    "process-label": processLabel,
    apparmor,
  };
  const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false);
  const given = Object.entries(options).find(([, value]) => isGiven(value))?.[0];
  if (given === undefined && command.length === 0) return;
  throw new RuntimeError("usage", `cannot use ${given === undefined ? "a command" : `--${given}`} with --process`, {
    hint: "the file says everything about the process",
  });
}

function execDetached(start: Start): number {
  const { request, process } = start;
  using consoleSocket = openConsoleSocket(process, request.consoleSocket, true);
  using _running = begin(start, consoleSocket);
  return 0;
}

function execForeground(start: Start): number {
  const { request, process } = start;
  using _none = openConsoleSocket(process, request.consoleSocket, false);
  using foreground = new Foreground();
  using terminal = process.terminal ? new OwnTerminal() : undefined;
  const sized = terminal === undefined ? process : sizedProcess(process);
  using running = begin({ ...start, process: sized }, terminal?.theirs, () => terminal?.take());
  const end = foreground.wait(running.pid, terminal?.relay, undefined);
  return "killed" in end ? 128 + end.killed : end.exited;
}

/** Returns when the program has begun. If anything fails, it has been ended. */
function begin(start: Start, consoleSocket: Fd | undefined, takeTerminal?: () => void): Running {
  const { request, container, context } = start;
  const { record } = container;
  const handover = handoverOf(request);
  const plan = planFor(start, handover);
  context.timeline?.lap("look at the host, and plan");
  for (const warning of plan.warnings) context.warn(warning);
  const running = new Running({
    plan,
    launch: { startSocket: undefined, consoleSocket, preserveFds: handover.preserveFds, supervision: undefined, container: container.init },
    wording: OF_EXEC,
    warn: context.warn,
    trace: context.trace,
    timeline: context.timeline,
    stateFor: () => stateText(record, record, record.id, "running", record.pid),
    takeTerminal,
  });
  try {
    during("unable to start container process", () => running.carryOut());
    context.timeline?.stop();
    return running;
  } catch (error) {
    running.abandon();
    running[Symbol.dispose]();
    throw error;
  }
}

function planFor({ request, process, defaults: first, container, context }: Start, handover: Handover): Steps {
  const { record, defaults, facts, filter } = container;
  const hasUserNamespace = defaults.namespaces.includes("user");
  return planExec({
    process,
    first,
    target: { ...defaults, resctrl: record.resctrl, cgroupPaths: subCgroups(record.cgroupPaths, request.cgroup), unit: userUnitOf(record) },
    facts: { ...readHostFacts({ process, hasUserNamespace }, context.rootless), container: facts, filter },
    options: { ...handover, detach: request.detach },
  });
}

function userUnitOf({ unit, cgroupPaths }: StateRecord): UserUnit | undefined {
  const directory = cgroupPaths.unified;
  return unit?.manager === "user" && directory !== undefined ? { name: unit.name, directory } : undefined;
}
