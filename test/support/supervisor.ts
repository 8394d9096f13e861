/** The process that `run --detach` leaves beside a container, seen from outside. */
import { readlinkSync } from "node:fs";
import { isObject, type JsonObject } from "./json.ts";
import { readProc } from "./read-proc.ts";
import type { CallOptions, Sandbox } from "./sandbox.ts";
import type { Running } from "./spawn.ts";
import { until } from "./until.ts";

/** `run --detach`, which must succeed; its streams are the container's. */
export async function runDetached(box: Sandbox, flags: readonly string[] = [], options: CallOptions = {}): Promise<Running> {
  const running = await box.start(["run", "--detach", ...flags, "--bundle", box.path, box.id], options);
  const { exitCode, stderr } = await running.ended;
  if (exitCode !== 0) throw new Error(`run --detach: exit status ${exitCode}\n${stderr}`);
  return running;
}

/** `lastRun` in the output of `state`; empty if there is none. */
export async function lastRunOf(box: Sandbox): Promise<JsonObject> {
  const { lastRun } = await box.state();
  return isObject(lastRun) ? lastRun : {};
}

/** Its pid: it is the container's parent. It goes to the root directory last. */
export async function supervisorOf(box: Sandbox): Promise<number> {
  const { parent } = fieldsOf(Number((await box.state()).pid));
  await until("the supervisor has let go of all else", () => isSupervisor(parent) && readlinkSync(`/proc/${parent}/cwd`) === "/");
  return parent;
}

export function isSupervisor(pid: number): boolean {
  return readProc(pid, "comm") === "lamina:watch\n";
}

/** proc_pid_stat(5); of a process that has ended, the state is "". */
export function fieldsOf(pid: number): {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  readonly terminal: number;
} {
  const text = readProc(pid, "stat");
  const [state = "", parent, , session, terminal] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state, parent: Number(parent), session: Number(session), terminal: Number(terminal) };
}

/** False also for one that is dead and waits to be reaped. */
export function isRunning(pid: number): boolean {
  return !["", "Z"].includes(fieldsOf(pid).state);
}

/** True if its main thread waits for descriptors: in ppoll(2), where lamina waits for processes. */
export function waitsInPoll(pid: number): boolean {
  return readProc(pid, "syscall").split(" ")[0] === String(PPOLL);
}

const PPOLL = process.arch === "arm64" ? 73 : 271;
