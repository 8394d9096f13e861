/** `kill`: signals the container's init, or everything in its cgroup. */
import { RuntimeError } from "../base/errors.ts";
import { parseSignal, SIGNALS } from "../base/signals.ts";
import { requireContainerId } from "../state/container-id.ts";
import { StateDirectory } from "../state/directory.ts";
import type { StateRecord } from "../state/record.ts";
import { isAlive, readState } from "../state/status.ts";
import { ERRNO } from "../sys/errno.ts";
import type { Fd } from "../sys/fd.ts";
import { kernelError } from "../sys/libc.ts";
import { awaitProcess } from "../sys/poll.ts";
import { openPid, trySignal } from "../sys/process.ts";
import { cgroupProcesses, processCgroup, thawCgroups } from "./cgroup.ts";
import type { HostContext } from "./context.ts";

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
    killAll(record, number);
    if (number === SIGNALS.SIGKILL) thawCgroups(record.cgroupPaths);
    return;
  }
  using process = status === "stopped" || status === "creating" || record === undefined ? undefined : openInit(record);
  if (process === undefined) throw new RuntimeError("state", "container not running", { hint: `its status is "${status}"` });
  send(process, number, id);
  if (number === SIGNALS.SIGKILL && record !== undefined) thawCgroups(record.cgroupPaths); // what is frozen would end only then (v1)
  // a private pid namespace dies with its init; without one the container's other processes would stay
  if (number === SIGNALS.SIGKILL && record !== undefined && !record.hasOwnPidNamespace) killAll(record, number);
}

/** A descriptor of the container's init: opened first and checked then, so that it cannot be another process. */
function openInit(record: StateRecord): Fd | undefined {
  const process = openPid(record.pid);
  if (process === undefined || isAlive(record)) return process;
  process.close();
  return undefined;
}

function send(process: Fd, signal: number, id: string): void {
  const result = trySignal(process, signal);
  if (result === -ERRNO.ESRCH) throw new RuntimeError("state", "process already finished");
  if (result < 0) throw kernelError(-result, "pidfd_send_signal(2)", `signal container ${id}`);
}

/** Until no new ones appear, since a process may fork while the list is read. */
export function killAll(record: StateRecord, signal: number): void {
  const path = processCgroup(record.cgroupPaths);
  const sent = new Set<number>();
  for (let found = true; found && path !== undefined; ) {
    const listed = cgroupProcesses(path).filter((pid) => !sent.has(pid));
    found = listed.length > 0;
    for (const pid of listed) sent.add(pid);
    for (let at = 0; at < listed.length; at += OPEN_AT_ONCE) signalMembers(path, listed.slice(at, at + OPEN_AT_ONCE), signal);
  }
}

const OPEN_AT_ONCE = 100;

/** Opened first and looked up again then, as in openInit: a number on the list may be another process by now. */
function signalMembers(path: string, pids: readonly number[], signal: number): void {
  using opened = new DisposableStack();
  const processes = new Map<number, Fd>();
  for (const pid of pids) {
    const process = openPid(pid);
    if (process !== undefined) processes.set(pid, opened.use(process));
  }
  for (const pid of cgroupProcesses(path)) {
    const process = processes.get(pid);
    if (process !== undefined) trySignal(process, signal);
  }
}

/** Far more than a process needs to end, unless it hangs in the kernel. */
const LONGEST_DEATH = 10_000; // milliseconds

/** Ends a container by force and waits until its init is gone. Does nothing for one that has ended. */
export function killAndWait(record: StateRecord): void {
  using process = openInit(record);
  if (process !== undefined) {
    trySignal(process, SIGNALS.SIGKILL);
    thawCgroups(record.cgroupPaths);
  }
  if (!record.hasOwnPidNamespace || record.pid === 0) killAll(record, SIGNALS.SIGKILL);
  if (process === undefined || awaitProcess(process, LONGEST_DEATH)) return;
  throw new RuntimeError("state", "container init still running", {
    hint: `it was killed, but process ${record.pid} hangs in the kernel: see /proc/${record.pid}/wchan`,
  });
}
