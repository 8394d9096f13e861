/**
 * The cgroups of a container of which only its id is known: those that it has if it asked for no others, from lamina or from systemd. Another container
 * of the same id, of another state root or another runtime, would have the same; so processes count as its own only if the oldest of them was started
 * when its state directory was made, and its program is not known to have ended.
 */
import { smallest } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { defaultCgroupPaths, defaultUnit } from "../../plan/cgroup/place.ts";
import type { CgroupFacts } from "../../plan/facts.ts";
import type { ContainerId } from "../../state/container-id.ts";
import { EXIT_FILE, readEndedRun } from "../../state/ended-run.ts";
import type { RecordedUnit } from "../../state/record.ts";
import { readProcess } from "../../state/status.ts";
import { readText, statIfThere } from "../../sys/file/file.ts";
import { readBirth } from "../../sys/file/file-system.ts";
import { isRootless } from "../../sys/process/process.ts";
import type { HostContext } from "../context.ts";
import { readCgroupFacts, readSystemdCgroupFacts } from "../facts/cgroup-facts.ts";
import { processCgroup } from "./cgroup.ts";
import { isCgroupThere, readMembers } from "./cgroup-tree.ts";

export interface UsualCgroups {
  readonly paths: Readonly<Record<string, HostPath>>;
  /** systemd's, if it made them. */
  readonly unit?: RecordedUnit;
  /** Processes in them that may be somebody else's; then nothing is said to be the container's. */
  readonly strangers: number;
}

/** Those that exist. `directory` is the container's state directory. */
export function findUsualCgroups(id: ContainerId, directory: HostPath, context: HostContext): UsualCgroups {
  const rootless = context.rootless === "auto" ? isRootless() : context.rootless;
  const own = lookAt(id, readCgroupFacts(rootless), directory);
  if (own.strangers > 0 || Object.keys(own.paths).length > 0) return own;
  try {
    return lookAt(id, readSystemdCgroupFacts(rootless), directory);
  } catch (error) {
    if (error instanceof RuntimeError && (error.code === "unsupported" || error.code === "config")) return own; // no systemd, or no unit's name
    throw error;
  }
}

function lookAt(id: ContainerId, facts: CgroupFacts, directory: HostPath): UsualCgroups {
  const paths = existing(defaultCgroupPaths(id, facts));
  const path = processCgroup(paths);
  const { pids, count } = path === undefined ? { pids: [], count: 0 } : readMembers(path);
  const isOver = (): boolean => readEndedRun(`${directory}/${EXIT_FILE}`) !== undefined;
  if (count > 0 && (isOver() || !startedWith(directory, pids))) return { paths: {}, strangers: count };
  const unit = defaultUnit(id, facts);
  return { paths, strangers: 0, ...(unit === undefined ? {} : { unit }) };
}

function existing(paths: UsualCgroups["paths"]): UsualCgroups["paths"] {
  return Object.fromEntries(Object.entries(paths).filter(([, path]) => statIfThere(path)?.kind === "directory"));
}

/** As `existing`. What is no cgroup of a container's, whatever a record says of it, is left alone, and `warn` hears why. */
export function usable(paths: UsualCgroups["paths"], warn: (message: string) => void): UsualCgroups["paths"] {
  const sound = Object.entries(paths).filter(([, path]) => {
    try {
      return isCgroupThere(path);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      warn(`${error.message}; it is left as it is`);
      return false;
    }
  });
  return Object.fromEntries(sound);
}

/** Seconds from the state directory to init: making cgroups and opening layers lies between. */
const LONGEST_START = 10;
/** Of what the clocks of files and of processes tell. */
const INACCURACY = 1;

function startedWith(directory: HostPath, pids: readonly number[]): boolean {
  const birth = readBirth(directory);
  if (birth === undefined) return false;
  const starts = pids.map((pid) => Number(readProcess(pid)?.startTime ?? Number.NaN)).filter(Number.isFinite);
  const sinceBirth = bootTime() + smallest(starts) / TICKS_PER_SECOND - birth;
  return sinceBirth > -INACCURACY && sinceBirth < LONGEST_START;
}

/** USER_HZ, the same on all architectures that there is a lamina for. */
const TICKS_PER_SECOND = 100;

/** Seconds since 1970. proc_uptime(5) */
function bootTime(): number {
  const uptime = Number.parseFloat(readText("/proc/uptime")); // first: what is late makes processes younger, for which there are seconds
  return Date.now() / 1000 - uptime;
}
