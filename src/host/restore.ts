/** `restore`: a container whose processes CRIU makes anew, on a root, with cgroups and with mounts from the host that are made as for `run`. */
import { RuntimeError } from "../base/errors.ts";
import { encodeText } from "../base/text.ts";
import { requireContainerId } from "../state/container-id.ts";
import type { StateDirectory } from "../state/directory.ts";
import { endedRun } from "../state/last-run.ts";
import type { StateRecord } from "../state/record.ts";
import { strerror } from "../sys/call/errno-words.ts";
import type { Fd } from "../sys/call/fd.ts";
import { becomeSubreaper } from "../sys/process/process.ts";
import { trySendWith } from "../sys/process/socket.ts";
import { loadUsableBundle, locating, type UsableBundle } from "./bundle/bundle.ts";
import { Foreground } from "./caller/foreground.ts";
import { OwnTerminal } from "./caller/own-terminal.ts";
import type { BundleContext, HostContext } from "./context.ts";
import { openConsoleSocket } from "./create.ts";
import { withAbsolutePaths } from "./criu/criu-options.ts";
import { requireCriu, requireFeature } from "./criu/criu-program.ts";
import { type RestoreOptions, type RestoreWork, restoreProcesses } from "./restore-processes.ts";
import { finish } from "./run.ts";

export interface RestoreRequest extends RestoreOptions {
  readonly bundle: string | undefined;
  readonly consoleSocket: string | undefined;
  readonly detach: boolean;
  readonly noSubreaper: boolean;
}

/** The exit status of the container's first process (128 + n if signal n killed it); 0 with `--detach`. */
export async function restoreContainer(request: RestoreRequest, context: BundleContext): Promise<number> {
  requireContainerId(request.id);
  const criu = requireCriu();
  if (request.lazyPages) requireFeature(criu, "lazyPages", "fetch memory when it is used");
  const bundle = await loadUsableBundle(request.bundle, context);
  const work = { criu, options: withAbsolutePaths(request), bundle };
  return locating(bundle, () => (request.detach ? restoreDetached(request, work, context) : restoreForeground(request, work, context)));
}

type Work = Omit<RestoreWork, "takeTerminal">;

function restoreDetached({ consoleSocket }: RestoreRequest, work: Work, context: HostContext): number {
  using socket = openConsoleSocket(work.bundle.spec.process, consoleSocket, true);
  const { directory } = restoreProcesses({ ...work, takeTerminal: (master) => sendTerminal(socket, master) }, context);
  directory[Symbol.dispose]();
  return 0;
}

function restoreForeground(request: RestoreRequest, work: Work, context: HostContext): number {
  using _none = openConsoleSocket(work.bundle.spec.process, request.consoleSocket, false);
  if (!request.noSubreaper) becomeSubreaper();
  using foreground = new Foreground();
  using terminal = wantsTerminal(work.bundle) ? new OwnTerminal() : undefined;
  const takeTerminal = (master: Fd): void => {
    sendTerminal(terminal?.theirs, master);
    terminal?.take();
    terminal?.relay?.resize(); // CRIU has made a new one, of no size
  };
  const restored: { readonly directory: StateDirectory; readonly record: StateRecord } = restoreProcesses(
    { ...work, takeTerminal },
    context,
  );
  using directory = restored.directory;
  const started = Date.now();
  directory.unlock(); // others may signal or delete it from here on
  const end = foreground.wait(restored.record.pid, terminal?.relay, undefined);
  finish(restored, endedRun(restored.record, started, end), false, context);
  return "killed" in end ? 128 + end.killed : end.exited;
}

function wantsTerminal({ spec }: UsableBundle): boolean {
  return spec.process?.terminal === true;
}

/** As runc: the name is how a caller tells it from others. */
function sendTerminal(socket: Fd | undefined, master: Fd): void {
  if (socket === undefined) {
    throw new RuntimeError("config", "cannot restore the container's terminal: config.json asks for none", {
      pointer: "/process/terminal",
      hint: "the process had one when it was written down: set process.terminal to true",
    });
  }
  const sent = trySendWith(socket, encodeText("orphan-pts-master"), master);
  if (sent < 0)
    throw new RuntimeError("kernel", `cannot send the terminal to the console socket: ${strerror(-sent)}`, { call: "sendmsg(2)" });
}
