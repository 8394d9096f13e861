/** The status of a container is never stored: it follows from what exists (runtime-spec, runtime.md, State). */
import { ERRNO } from "../sys/call/errno.ts";
import { readTextIfThere } from "../sys/file/file.ts";
import { tryConnect } from "../sys/process/socket.ts";
import { START_SOCKET, type StateDirectory } from "./directory.ts";
import type { StateRecord } from "./record.ts";
import { readRecord } from "./record-file.ts";

export type Status = "creating" | "created" | "running" | "paused" | "stopped";

export interface State {
  /** Undefined until its creator has written one, or if it never did. */
  readonly record: StateRecord | undefined;
  readonly status: Status;
}

/**
 * The record, and what it means right now. Throws code "integrity" if the record is not lamina's.
 *
 *   no pid yet        creating while the creator holds the lock, otherwise stopped: the creator died halfway
 *   process gone      stopped (also for a zombie, or a different process with the same pid)
 *   cgroup frozen     paused
 *   start socket      created as long as init listens there, otherwise running
 */
export function readState(directory: StateDirectory): State {
  const record = readRecord(directory.path);
  if (record !== undefined && record.pid !== 0) return { record, status: statusOf(directory, record) };
  if (directory.isLocked()) return { record, status: "creating" };
  const last = readRecord(directory.path); // its creator may have written the pid and exited in between
  return { record: last, status: last === undefined || last.pid === 0 ? "stopped" : statusOf(directory, last) };
}

function statusOf(directory: StateDirectory, record: StateRecord): Status {
  if (!isAlive(record)) return "stopped";
  if (isFrozen(record.cgroupPaths)) return "paused";
  const connection = tryConnect(directory.shortPath(START_SOCKET), { wait: false, follow: false }); // a stopped init would make others wait
  if (typeof connection === "number") return connection === -ERRNO.EAGAIN ? "created" : "running";
  connection.close();
  return "created";
}

/** True if the container's init is still running. */
export function isAlive(record: Pick<StateRecord, "pid" | "startTime">): boolean {
  const process = record.pid === 0 ? undefined : readProcess(record.pid);
  return process !== undefined && process.startTime === record.startTime && process.state !== "Z" && process.state !== "X";
}

export interface SeenProcess {
  /** A letter. */
  readonly state: string;
  readonly parent: number;
  readonly startTime: string;
  /** That is, called execve(2) since it was made by clone(2); known of a zombie too. */
  readonly hasExecuted: boolean;
}

/** Linux: include/linux/sched.h. Cleared before descriptors are closed on exec. */
const PF_FORKNOEXEC = 0x40;

/** Undefined if there is no such process. proc_pid_stat(5). */
export function readProcess(pid: number): SeenProcess | undefined {
  const text = readTextIfThere(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" "); // the name before it may contain anything
  const hasExecuted = (Number(fields[6]) & PF_FORKNOEXEC) === 0;
  return { state: fields[0] ?? "", parent: Number(fields[1]), startTime: fields[19] ?? "", hasExecuted };
}

/** Whether the container's cgroups, given by controller, are frozen. */
export function isFrozen({ freezer, unified }: StateRecord["cgroupPaths"]): boolean {
  if (freezer !== undefined) return readTextIfThere(`${freezer}/freezer.state`)?.trim() === "FROZEN";
  return unified !== undefined && (readTextIfThere(`${unified}/cgroup.events`)?.includes("frozen 1") ?? false);
}
