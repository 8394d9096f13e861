/**
 * What is known of a container's last run: written down, waited for, shown. The supervisor that `run --detach` leaves behind
 * (native/supervisor.c) is a process of its own, so whoever needs what it writes waits until it has ended.
 */
import { type HostPath, hostPath } from "../base/paths.ts";
import { SIGNALS } from "../base/signals.ts";
import type { StateDirectory } from "../state/directory.ts";
import { describeRun, type EndedRun, EXIT_FILE, type LastRun, readEndedRun } from "../state/ended-run.ts";
import type { StateRecord } from "../state/record.ts";
import { readProcess, type Status } from "../state/status.ts";
import type { Fd } from "../sys/fd.ts";
import { replaceFile, tryUnlink } from "../sys/file.ts";
import { awaitProcess } from "../sys/poll.ts";
import { type End, openPid, trySignal } from "../sys/process.ts";

const MODE = 0o600;

/** Where the last run of a writable layer is written down. */
export function exitFileOf(upper: HostPath): HostPath {
  return hostPath(`${upper}.exit.json`);
}

/** Far longer than a file takes to write; somebody may have stopped the supervisor. Milliseconds. */
const LONGEST_LOOK = 1_000;
const LONGEST_RECORDING = 10_000;

/** For whoever shows a container: of one that has stopped its own run, of others that of the container before on the same layer. */
export function lastRunOf(directory: StateDirectory, record: StateRecord, status: Status): LastRun | undefined {
  const run = status === "stopped" ? readOwnRun(directory, record) : record.previousRun;
  return run === undefined ? undefined : describeRun(run);
}

function readOwnRun(directory: StateDirectory, record: StateRecord): EndedRun | undefined {
  const path = directory.shortPath(EXIT_FILE);
  const written = readEndedRun(path);
  if (written !== undefined || record.supervisor === undefined) return written;
  using supervisor = openSupervisor(record);
  if (supervisor !== undefined) awaitProcess(supervisor, LONGEST_LOOK);
  return readEndedRun(path);
}

/** For a container without processes: nothing is written of it afterwards any more. */
export function settleRun(record: StateRecord): void {
  using supervisor = openSupervisor(record);
  if (supervisor !== undefined && !awaitProcess(supervisor, LONGEST_RECORDING)) trySignal(supervisor, SIGNALS.SIGKILL);
}

/** Opened first and looked at then, so that it cannot be another process. */
function openSupervisor({ supervisor }: StateRecord): Fd | undefined {
  const process = supervisor === undefined ? undefined : openPid(supervisor.pid);
  if (process === undefined || readProcess(supervisor?.pid ?? 0)?.startTime === supervisor?.startTime) return process;
  process.close();
  return undefined;
}

/** To be called before the program begins: from then on the run before is not the last one any more. */
export function beginRun({ upper }: StateRecord): void {
  if (upper !== undefined) tryUnlink(exitFileOf(upper));
}

/** The program did not begin after all. */
export function takeBackRun({ upper, previousRun }: StateRecord): void {
  if (upper !== undefined && previousRun !== undefined) writeRun(exitFileOf(upper), previousRun);
}

export function writeRun(path: string, run: EndedRun): void {
  replaceFile(path, `${JSON.stringify(run)}\n`, { mode: MODE });
}

/** What the supervisor of a container begins its record with. */
export function headOfRun({ id, created }: Pick<EndedRun, "id" | "created">): string {
  return JSON.stringify({ id, created }).slice(0, -1);
}

export function endedRun({ id, created }: StateRecord, started: number, end: End): EndedRun {
  return { id, created, started: started / 1000, finished: Date.now() / 1000, ...end };
}
