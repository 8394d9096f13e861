/** `kill`: signals the container's init, or everything in its cgroup. */
import { RuntimeError } from "../../base/errors.ts";
import { parseSignal, SIGNALS } from "../../base/signals.ts";
import { requireContainerId } from "../../state/container-id.ts";
import { StateDirectory } from "../../state/directory.ts";
import type { StateRecord } from "../../state/record.ts";
import { isAlive, readState } from "../../state/status.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { kernelError } from "../../sys/call/libc.ts";
import { awaitProcess } from "../../sys/process/poll.ts";
import { openPid, trySignal } from "../../sys/process/process.ts";
import { thawForKill } from "../cgroup/cgroup.ts";
import { signalAll } from "../cgroup/kill-all.ts";
import type { HostContext } from "../context.ts";

export interface KillRequest {
  readonly id: string;
  /** Name or number; SIGTERM if absent. */
  readonly signal: string | undefined;
  readonly all: boolean;
}

export function killContainer({ id, signal = "SIGTERM", all }: KillRequest, context: HostContext): void {
  const number = parseSignal(signal);
  using directory = StateDirectory.open(context.root, requireContainerId(id));
  const { record, status } = readState(directory);
  if (all && record !== undefined) {
    signalAll(record.cgroupPaths, number);
    return;
  }
  using process = status === "stopped" || status === "creating" || record === undefined ? undefined : openInit(record);
  // a private pid namespace dies with its init; without one the container's other processes would stay, also when init is gone
  const endsAll = number === SIGNALS.SIGKILL && status !== "creating" && record !== undefined && !record.hasOwnPidNamespace;
  if (process !== undefined) send(process, number, id);
  if (process !== undefined && number === SIGNALS.SIGKILL && record !== undefined) thawForKill(record.cgroupPaths);
  const others = endsAll ? signalAll(record.cgroupPaths, number) : 0;
  if (process === undefined && others === 0)
    throw new RuntimeError("state", "container not running", { hint: `its status is "${status}"` });
}

/** A descriptor of the container's init: opened first and checked then, so that it cannot be another process. */
function openInit(container: Lifeline): Fd | undefined {
  const process = openPid(container.pid);
  if (process === undefined || isAlive(container)) return process;
  process.close();
  return undefined;
}

function send(process: Fd, signal: number, id: string): void {
  const result = trySignal(process, signal);
  if (result === -ERRNO.ESRCH) throw new RuntimeError("state", "process already finished");
  if (result < 0) throw kernelError(-result, "pidfd_send_signal(2)", `signal container ${id}`);
}

/** Far more than a process needs to end, unless it hangs in the kernel. */
const LONGEST_DEATH = 10_000; // milliseconds
const LOOK_AGAIN = 100;

/** What of a container's record it takes to end it. */
export type Lifeline = Pick<StateRecord, "pid" | "startTime" | "cgroupPaths" | "hasOwnPidNamespace">;

/** Ends a container by force and waits until its init is gone. Does nothing for one that has ended. */
export function killAndWait(container: Lifeline): void {
  const { pid, cgroupPaths, hasOwnPidNamespace } = container;
  using process = openInit(container);
  if (process !== undefined) trySignal(process, SIGNALS.SIGKILL);
  if (!hasOwnPidNamespace || pid === 0) signalAll(cgroupPaths, SIGNALS.SIGKILL);
  if (process === undefined || awaitDeath(process, cgroupPaths)) return;
  throw new RuntimeError("state", "container init still running", {
    hint: `it was killed, but process ${pid} hangs in the kernel: see /proc/${pid}/wchan`,
  });
}

/** A process of the container may freeze others until it has ended itself (v1), and init ends after all of them. */
function awaitDeath(process: Fd, cgroupPaths: Lifeline["cgroupPaths"]): boolean {
  for (let waited = 0; waited < LONGEST_DEATH; waited += LOOK_AGAIN) {
    thawForKill(cgroupPaths);
    if (awaitProcess(process, LOOK_AGAIN)) return true;
  }
  return false;
}
