/** `create`: a container whose init waits for `start`. No process of lamina's own stays behind. */
import { RuntimeError } from "../base/errors.ts";
import type { Process } from "../spec/types.ts";
import type { Fd } from "../sys/call/fd.ts";
import { absolutePath } from "../sys/call/working-directory.ts";
import { loadUsableBundle, locating } from "./bundle/bundle.ts";
import type { CreationOptions } from "./bundle/plan-bundle.ts";
import { connectToCaller } from "./caller/caller-socket.ts";
import type { BundleContext } from "./context.ts";
import { prepareContainer } from "./prepare.ts";

export interface CreateRequest extends CreationOptions {
  readonly bundle: string | undefined;
}

/** What a timeline calls it. */
export const READ_BUNDLE = "read and check the bundle";

export async function createContainer(request: CreateRequest, context: BundleContext): Promise<void> {
  const bundle = await loadUsableBundle(request.bundle, context);
  context.timeline?.lap(READ_BUNDLE);
  await locating(bundle, () => {
    using consoleSocket = openConsoleSocket(bundle.spec.process, request.consoleSocket, true);
    const { running, directory } = prepareContainer({ command: "create", options: request, bundle, consoleSocket }, context);
    context.timeline?.stop();
    running[Symbol.dispose]();
    directory[Symbol.dispose]();
  });
}

/** A terminal needs somebody who takes its master end, and nobody else may be given one. */
export function openConsoleSocket(process: Process | undefined, path: string | undefined, detached: boolean): Fd | undefined {
  const wantsTerminal = process?.terminal === true;
  if (detached && wantsTerminal && path === undefined) {
    throw new RuntimeError("usage", "cannot allocate tty if lamina will detach without setting console socket", {
      pointer: "/process/terminal",
      hint: "give a --console-socket, or set process.terminal to false",
    });
  }
  if ((!detached || !wantsTerminal) && path !== undefined) {
    throw new RuntimeError("usage", "cannot use console socket if lamina will not detach or allocate tty", {
      pointer: "/process",
      hint: "it is for a process with a terminal that is detached: set process.terminal to true, or leave out --console-socket",
    });
  }
  return path === undefined ? undefined : connectToCaller("console socket", absolutePath(path));
}
