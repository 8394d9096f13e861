/** `run`: create and start in one, then stay in the foreground until the program ends, or not (`--detach`). */
import { requireContainerId } from "../state/container-id.ts";
import { type EndedRun, EXIT_FILE } from "../state/ended-run.ts";
import { endedRun, exitFileOf, takeBackRun, writeRun } from "../state/last-run.ts";
import { parentPid } from "../sys/call/own-ids.ts";
import { becomeSubreaper } from "../sys/process/process.ts";
import { loadUsableBundle, locating, type UsableBundle } from "./bundle/bundle.ts";
import { Foreground } from "./caller/foreground.ts";
import { OwnTerminal, sizedProcess } from "./caller/own-terminal.ts";
import { killAndWait } from "./container/kill.ts";
import { removeContainer, removeFailed } from "./container/remove.ts";
import type { BundleContext, HostContext } from "./context.ts";
import { type CreateRequest, openConsoleSocket, READ_BUNDLE } from "./create.ts";
import { whileClaimed } from "./layers/writable-layer.ts";
import { type Prepared, prepareContainer } from "./prepare.ts";
import { runPoststart } from "./start.ts";

export interface RunRequest extends CreateRequest {
  readonly detach: boolean;
  readonly keep: boolean;
  readonly noSubreaper: boolean;
  /** Called when the container is there, and its program has not begun. */
  readonly whenReady?: () => void;
}

/** The exit status of the program (128 + n if signal n killed it); 0 with `--detach`. */
export async function runContainer(request: RunRequest, context: BundleContext): Promise<number> {
  requireContainerId(request.id);
  const bundle = await loadUsableBundle(request.bundle, context);
  context.timeline?.lap(READ_BUNDLE);
  return locating(bundle, () => (request.detach ? runDetached(request, bundle, context) : runForeground(request, bundle, context)));
}

function runDetached(request: RunRequest, bundle: UsableBundle, context: HostContext): number {
  using consoleSocket = openConsoleSocket(bundle.spec.process, request.consoleSocket, true);
  const prepared = prepareContainer(
    { command: "run", options: request, bundle, consoleSocket, supervisedUnless: whoWaits(request), whenReady: request.whenReady },
    context,
  );
  using _running = prepared.running;
  using directory = prepared.directory;
  using notify = prepared.notify;
  begin(prepared, context);
  if (notify !== undefined) directory.unlock();
  notify?.awaitReady(prepared.record.pid);
  return 0;
}

/**
 * A caller that adopts orphans waits for the container by itself, as engines and managers of services do. Process 1 adopts
 * them in any case, so it must have asked for the pid; else it may be somebody's shell. undefined: nobody is to supervise.
 */
function whoWaits({ noSubreaper, pidFile }: RunRequest): number | undefined {
  if (noSubreaper) return undefined;
  const caller = parentPid();
  return caller === 1 && pidFile === undefined ? 0 : caller;
}

async function runForeground(request: RunRequest, bundle: UsableBundle, context: HostContext): Promise<number> {
  using _none = openConsoleSocket(bundle.spec.process, request.consoleSocket, false);
  if (!request.noSubreaper) becomeSubreaper();
  using foreground = new Foreground();
  using terminal = bundle.spec.process?.terminal ? new OwnTerminal() : undefined;
  const sized = terminal === undefined ? bundle : withWindowSize(bundle);
  const whenReady = (): void => {
    terminal?.take();
    request.whenReady?.();
  };
  const prepared = prepareContainer(
    { command: "run", options: request, bundle: sized, consoleSocket: terminal?.theirs, whenReady },
    context,
  );
  using _running = prepared.running;
  using directory = prepared.directory;
  using notify = prepared.notify;
  begin(prepared, context);
  const started = Date.now();
  directory.unlock(); // others may signal or delete it from here on
  const end = foreground.wait(prepared.record.pid, terminal?.relay, notify);
  finish(prepared, endedRun(prepared.record, started, end), request.keep, context);
  return "killed" in end ? 128 + end.killed : end.exited;
}

/** From the last word to init up to the poststart hooks. What fails here ends the container and removes it. */
function begin(prepared: Prepared, context: HostContext): void {
  const { running, directory, record } = prepared;
  let hasBegun = false;
  try {
    running.awaitExec();
    hasBegun = true;
    runPoststart(record, context);
    context.timeline?.stop();
  } catch (error) {
    running.abandon();
    if (!hasBegun) takeBackRun(record);
    removeFailed(directory, record, context);
    throw error;
  }
}

/** After its end. Somebody else may have deleted it while it ran, and its writable layer may be another's by now. */
export function finish(
  { directory, record }: Pick<Prepared, "directory" | "record">,
  run: EndedRun,
  keep: boolean,
  context: HostContext,
): void {
  const { upper } = record;
  const user = { root: context.root, id: record.id, created: record.created };
  if (upper !== undefined) whileClaimed(upper, user, () => writeRun(exitFileOf(upper), run));
  if (!directory.tryLock()) return;
  if (keep) writeRun(directory.shortPath(EXIT_FILE), run);
  else {
    killAndWait(record);
    removeContainer(directory, record, context);
  }
}

function withWindowSize(bundle: UsableBundle): UsableBundle {
  const { spec } = bundle;
  return spec.process === undefined ? bundle : { ...bundle, spec: { ...spec, process: sizedProcess(spec.process) } };
}
