/** `ps`: the processes of a container, which are those in its cgroup and below it, by their pids on the host. */
import { RuntimeError } from "../base/errors.ts";
import { signalName } from "../base/signals.ts";
import type { StateRecord } from "../state/record.ts";
import { findProgram } from "../sys/process/find-program.ts";
import { processCgroup } from "./cgroup/cgroup.ts";
import { readMembers } from "./cgroup/cgroup-tree.ts";
import { findContainer } from "./container/open-container.ts";
import { runProgram } from "./container/run-program.ts";
import type { HostContext } from "./context.ts";

/** None of a container that has stopped. */
export function listProcesses(id: string, context: HostContext): readonly number[] {
  return pidsOf(findContainer(id, context).record);
}

/** What ps(1) prints when it is called with `options`, without the lines of other processes. */
export function showProcesses(id: string, options: readonly string[], context: HostContext): string {
  const pids = listProcesses(id, context);
  return filterTable(runPs(options), new Set(pids));
}

function pidsOf({ cgroupPaths }: StateRecord): readonly number[] {
  const path = processCgroup(cgroupPaths);
  if (path !== undefined) return readMembers(path).pids;
  throw new RuntimeError("unsupported", "cannot tell the processes of the container: it has no cgroup of its own", {
    hint: "this user cannot create cgroups; have one delegated (systemd: Delegate=yes)",
  });
}

function runPs(options: readonly string[]): string {
  const file = findProgram("ps");
  if (file === undefined) {
    throw new RuntimeError("unsupported", 'cannot list processes: exec: "ps": executable file not found in $PATH', {
      hint: "install ps (package procps), or use --format json",
    });
  }
  const { end, output } = runProgram(file, "ps", options.length === 0 ? ["-ef"] : options);
  if ("exited" in end && end.exited === 0) return output;
  const how = "exited" in end ? `exit status ${end.exited}` : `signal: ${signalName(end.killed)}`;
  throw new RuntimeError("usage", `cannot list processes with ps ${options.join(" ")}: ${how}: ${output.trim()}`);
}

/** The heading, and the lines whose PID is one of `pids`. Pure. */
export function filterTable(table: string, pids: ReadonlySet<number>): string {
  const [heading = "", ...lines] = table.split("\n");
  const column = wordsOf(heading).indexOf("PID");
  if (column < 0) throw new RuntimeError("usage", "couldn't find PID field in ps output", { hint: "with -o, name pid too" });
  const own = lines.filter((line) => line !== "" && pids.has(parsePid(wordsOf(line)[column], line)));
  return [heading, ...own].map((line) => `${line}\n`).join("");
}

function parsePid(word: string | undefined, line: string): number {
  if (word !== undefined && /^\d+$/.test(word)) return Number(word);
  throw new RuntimeError("usage", `unable to parse pid: no number in the PID column of ${JSON.stringify(line)}`, {
    hint: "name pid before columns that can contain spaces: -o pid,cmd",
  });
}

function wordsOf(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== "");
}
