/** Signals everything in a container's cgroup, as long as something in it goes on making new processes. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { SIGNALS } from "../../base/signals.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { tryWriteExisting } from "../../sys/file/file.ts";
import { openPid, trySignal } from "../../sys/process/process.ts";
import { processCgroup, thawCgroups, thawForKill, tryFreezeCgroups } from "./cgroup.ts";
import { readMembers } from "./cgroup-tree.ts";

type CgroupPaths = Readonly<Record<string, HostPath>>;

/** Times that the list is read anew. */
const MOST_TURNS = 100;
/** If new processes still appear then, all of them are stopped before the list is read. */
const PATIENCE = 2;

/** Returns how many were found. Throws code "state" if new ones appear for ever. */
export function signalAll(cgroupPaths: CgroupPaths, signal: number): number {
  const path = processCgroup(cgroupPaths);
  if (path === undefined) return 0;
  const isEnd = signal === SIGNALS.SIGKILL;
  const before = isEnd ? killByKernel(path, cgroupPaths) : 0;
  const sent = new Set<number>();
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const isStopped = turn >= PATIENCE && tryFreezeCgroups(cgroupPaths);
    try {
      const { pids, isComplete } = readMembers(path, isStopped ? Number.POSITIVE_INFINITY : MOST_FOLLOWED);
      const fresh = pids.filter((pid) => !sent.has(pid));
      if (fresh.length === 0 && isComplete) return Math.max(before, sent.size);
      for (let at = 0; at < fresh.length; at += OPEN_AT_ONCE) {
        for (const pid of signalMembers(path, fresh.slice(at, at + OPEN_AT_ONCE), signal)) sent.add(pid);
      }
      if (isStopped && isComplete && !isEnd) return sent.size; // who makes processes in spite of the signal may
    } finally {
      if (isEnd) thawForKill(cgroupPaths);
      else if (isStopped) thawCgroups(cgroupPaths);
    }
  }
  throw new RuntimeError("state", `cannot signal all processes of the container: new ones appear in ${path} all the time`, {
    hint: "a limit for processes (linux.resources.pids.limit) would stop them",
  });
}

/** Where there is cgroup2, from Linux 5.14 on, all at once. Returns how many there were before. */
function killByKernel(path: HostPath, { unified }: CgroupPaths): number {
  if (unified === undefined) return 0;
  const { count } = readMembers(path, MOST_FOLLOWED);
  tryWriteExisting(`${unified}/cgroup.kill`, "1");
  return count;
}

/** Cgroups that a container which goes on meanwhile can make us look at: it may make one after the other. */
const MOST_FOLLOWED = 100_000;

const OPEN_AT_ONCE = 500;

/**
 * Opened first and looked up again then, as in `openInit`: a number on the list may be another process by now. Returns those that were
 * still there.
 */
function signalMembers(path: string, pids: readonly number[], signal: number): number[] {
  using opened = new DisposableStack();
  const processes = new Map<number, Fd>();
  for (const pid of pids) {
    const process = openPid(pid);
    if (process !== undefined) processes.set(pid, opened.use(process));
  }
  const found = readMembers(path).pids.filter((pid) => processes.has(pid));
  for (const pid of found) {
    const process = processes.get(pid);
    if (process !== undefined) trySignal(process, signal);
  }
  return found;
}
