/** Runs hooks outside of the container: state on standard input, output kept for the error, an end when the time is up. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { SIGNALS, signalName } from "../../base/signals.ts";
import { encodeText } from "../../base/text.ts";
import type { HookCall, HostHookKind } from "../../plan/steps/host-step.ts";
import { environment } from "../../sys/call/environment.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { memoryFile, readFromStart, sealedMemory } from "../../sys/file/memory-file.ts";
import { awaitProcess } from "../../sys/process/poll.ts";
import { openPid, spawn, trySignal, trySignalGroup, waitChild } from "../../sys/process/process.ts";
import { hookWords } from "./failure.ts";
import { LATE_HOOK_HINT } from "./failure-hints.ts";

export interface HookRun {
  readonly kind: HostHookKind;
  readonly index: number;
  readonly call: HookCall;
  /** Where it starts: as with runc, the bundle. */
  readonly directory: HostPath;
  /** The state document, whole. */
  readonly state: string;
}

/** Throws code "kernel" if the hook does not end with status 0 in its time. */
export function runHook({ kind, index, call, directory, state }: HookRun): void {
  const fail = (reason: string, hint?: string): RuntimeError =>
    new RuntimeError("kernel", `${hookWords(kind, index)}: ${call.path}: ${reason}`, {
      pointer: `/hooks/${kind}/${index}`,
      ...(hint === undefined ? {} : { hint }),
    });
  using input = sealedMemory("lamina:state", encodeText(state));
  using output = memoryFile("lamina:hook-stdout");
  using errors = memoryFile("lamina:hook-stderr");
  const pid = startHook({ call, directory, streams: [input, output, errors], fail });
  using process = openPid(pid);
  const inTime = process === undefined || awaitProcess(process, call.timeout === 0 ? -1 : call.timeout * 1000);
  if (!inTime) trySignalGroup(pid, SIGNALS.SIGKILL); // with the children that it started
  if (!inTime && process !== undefined) trySignal(process, SIGNALS.SIGKILL); // though it may have left its own process group
  const status = waitChild(pid);
  if (!inTime) throw fail(`no end after ${call.timeout} s`, LATE_HOOK_HINT);
  if (status === 0) return;
  const reason = (status & 0x7f) === 0 ? `exit status ${status >> 8}` : `signal: ${signalName(status & 0x7f)}`;
  throw fail(`${reason}, stdout: ${readFromStart(output)}, stderr: ${readFromStart(errors)}`);
}

interface HookStart {
  readonly call: HookCall;
  readonly directory: HostPath;
  readonly streams: readonly [Fd, Fd, Fd];
  readonly fail: (reason: string) => RuntimeError;
}

/** A hook without "env" has ours, as runc's have. */
function startHook({ call, directory, streams: [input, output, errors], fail }: HookStart): number {
  const env = call.env ?? environment();
  try {
    return spawn({
      file: call.path,
      args: call.args,
      env,
      ownGroup: true,
      directory,
      descriptors: [
        [input.number, 0],
        [output.number, 1],
        [errors.number, 2],
      ],
    });
  } catch (error) {
    if (error instanceof RuntimeError) throw fail(`fork/exec ${call.path}: ${error.message.slice(error.message.indexOf(": ") + 2)}`);
    throw error;
  }
}
