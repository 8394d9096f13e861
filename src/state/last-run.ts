/**
 * What is known of a container's last run: written down, waited for, shown. The supervisor that `run --detach` leaves behind
 * (native/init/supervisor.c) is a process of its own, so whoever needs what it writes waits until it has ended.
 */
import { type HostPath, hostPath } from "../base/paths.ts";
import { Fd, tryRead } from "../sys/call/fd.ts";
import { OPEN, statFd, tryOpen, tryUnlink } from "../sys/file/file.ts";
import { replaceFile } from "../sys/file/replace-file.ts";
import { poll } from "../sys/process/poll.ts";
import type { End } from "../sys/process/process.ts";
import { type StateDirectory, SUPERVISOR_PIPE } from "./directory.ts";
import { describeRun, type EndedRun, EXIT_FILE, type LastRun, readEndedRun } from "./ended-run.ts";
import type { StateRecord } from "./record.ts";
import type { Status } from "./status.ts";

const MODE = 0o600;

/** Where the last run of a writable layer is written down. */
export function exitFileOf(upper: HostPath): HostPath {
  return hostPath(`${upper}.exit.json`);
}

/** Far longer than a file takes to write; somebody may have stopped the supervisor. Milliseconds. */
const LONGEST_LOOK = 3_000;
const LONGEST_RECORDING = 10_000;

/** For whoever shows a container: of one that has stopped its own run, of others that of the container before on the same layer. */
export function lastRunOf(directory: StateDirectory, record: StateRecord, status: Status): LastRun | undefined {
  const run = status === "stopped" ? readOwnRun(directory) : record.previousRun;
  return run === undefined ? undefined : describeRun(run);
}

function readOwnRun(directory: StateDirectory): EndedRun | undefined {
  const path = directory.shortPath(EXIT_FILE);
  const written = readEndedRun(path);
  if (written !== undefined) return written;
  awaitSupervisor(directory, LONGEST_LOOK);
  return readEndedRun(path);
}

/** For a container without processes: true once nothing will be written of it any more, which should be soon. */
export function settleRun(directory: StateDirectory): boolean {
  return awaitSupervisor(directory, LONGEST_RECORDING);
}

/**
 * True if there is no supervisor, or none any more. It holds an end of a pipe, which a reader finds open as long as it
 * lives: so the kernel tells of its end, however it comes, and nobody has to know its pid.
 */
function awaitSupervisor(directory: StateDirectory, milliseconds: number): boolean {
  const opened = tryOpen(directory.shortPath(SUPERVISOR_PIPE), OPEN.read | OPEN.nonBlock | OPEN.noFollow);
  if (opened < 0) return true;
  using pipe = new Fd(opened);
  if (statFd(pipe.number).kind !== "fifo") return true; // not of a supervisor's making
  return tryRead(pipe.number, new Uint8Array(1)) === 0 || poll([{ fd: pipe.number, want: "read" }], milliseconds).length > 0;
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
