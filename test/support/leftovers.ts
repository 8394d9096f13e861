/**
 * What a container left behind. Every test's container has an id and a directory whose names nothing else on the machine
 * contains, so whatever contains one of them once the container is gone was forgotten by the runtime.
 */
import { existsSync, readdirSync, readlinkSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { isGone, readProc } from "./read-proc.ts";
import { DEADLINE, until } from "./until.ts";

export interface Traces {
  /** Names used by this test only. */
  readonly names: readonly string[];
  /** Directories that must be empty or absent: the runtime's state, its TMPDIR, its XDG_RUNTIME_DIR. */
  readonly directories: readonly string[];
}

/** Compiled filters are kept for the containers to come. */
const FILTERS = "@filters";

const SHARED_DIRECTORIES = ["/run", "/run/lamina", "/run/runc", "/run/crun", "/tmp", "/dev/shm", "/dev/mqueue", "/var/lib", "/var/run"];

/** One line for each thing that is still there; every test wants an empty list. */
export function findLeftovers(traces: Traces): string[] {
  return [
    ...traces.directories.flatMap((path) => entriesOf(path).flatMap((name) => (name === FILTERS ? [] : [`file ${join(path, name)}`]))),
    ...mountLines("self")
      .filter((line) => mentions(line, traces))
      .map((line) => `mount ${line}`),
    ...cgroupMounts().flatMap((root) => cgroupsBelow(root, traces)),
    ...leftProcesses(traces),
    ...SHARED_DIRECTORIES.flatMap((path) => entriesOf(path).map((name) => join(path, name)))
      .filter((path) => mentions(path, traces) && !traces.names.includes(path))
      .map((path) => `file ${path}`),
  ];
}

/** Ends remaining processes and removes remaining cgroups, so that what one test left does not stay on the machine. */
export async function sweep(traces: Traces): Promise<void> {
  const pids = leftProcesses(traces).map((line) => Number(line.split(" ")[1]));
  pids.forEach(killIfThere);
  await until("the processes that were left behind are gone", () => leftProcesses(traces).length === 0);
  for (const line of cgroupMounts().flatMap((root) => cgroupsBelow(root, traces))) removeCgroup(line.replace("cgroup ", ""));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function removeCgroup(path: string): void {
  childDirectories(path).forEach(removeCgroup);
  rmdirSync(path);
}

function mentions(text: string, { names }: Traces): boolean {
  return names.some((name) => text.includes(name));
}

function entriesOf(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

function mountLines(pid: string): string[] {
  return readProc(pid, "mountinfo").split("\n").filter(Boolean);
}

function cgroupMounts(): string[] {
  return mountLines("self")
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(" ")[4] ?? "");
}

function cgroupsBelow(directory: string, traces: Traces): string[] {
  return childDirectories(directory).flatMap((path) => (mentions(path, traces) ? [`cgroup ${path}`] : cgroupsBelow(path, traces)));
}

/** A cgroup that somebody else removes meanwhile does not exist. */
function childDirectories(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/**
 * A process that is at work may be on its way out: what opens sources for a container ends when that container's init has ended, and nobody
 * waits for it. One that is to stay waits for something.
 */
function leftProcesses(traces: Traces): string[] {
  const end = performance.now() + DEADLINE;
  for (;;) {
    const found = processesOf(traces);
    if (found.every((line) => isInState("STt", line.split(" ")[1] ?? "")) || performance.now() > end) return found;
    Bun.sleepSync(1);
  }
}

function processesOf(traces: Traces): string[] {
  const ours = readlinkSync("/proc/self/ns/mnt");
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.flatMap((pid) => {
    const command = readProc(pid, "cmdline").replaceAll("\0", " ").trim();
    const found =
      mentions(command, traces) ||
      mentions(readProc(pid, "cgroup"), traces) ||
      (namespaceOf(pid) !== ours && mentions(readProc(pid, "mountinfo"), traces));
    return found && !isInState("ZX", pid) ? [`process ${pid} ${command || readProc(pid, "comm").trim()}`] : [];
  });
}

/** Letters of proc_pid_stat(5). Z and X are dead, and only wait for the process that adopted them: no longer the runtime's business. */
function isInState(letters: string, pid: string): boolean {
  return new RegExp(`^State:\\s*[${letters}]`, "m").test(readProc(pid, "status"));
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}
