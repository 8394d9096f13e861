/** Writes limits to cgroup files, all or none: when one is refused, those before it are put back. */
import { below, type HostPath } from "../../base/paths.ts";
import type { WriteCgroup, WriteSchemata } from "../../plan/cgroup/limits.ts";
import { undoText } from "../../plan/cgroup/undo.ts";
import type { UpdateStep } from "../../plan/cgroup/update.ts";
import { carryOutSteps } from "../../plan/steps/carry-out.ts";
import type { Planned } from "../../plan/steps/step.ts";
import { tryWriteExisting } from "../../sys/file/file.ts";
import { setUnitProperties } from "../systemd.ts";
import { enableControllers, writeCgroup } from "./cgroup.ts";
import { readCgroupFile } from "./cgroup-file.ts";
import { carryOutResctrlStep } from "./resctrl.ts";

/** A file that was written to. */
export interface Written {
  readonly file: HostPath;
  readonly text: string;
  readonly origin: string;
  /** What it had before; undefined if nobody can read it. */
  readonly before: string | undefined;
}

type Step = Planned<UpdateStep>;

/** Returns what was written, in order. `warn` hears of what the plan can do without, and of what cannot be put back. */
export function writeLimits(steps: readonly Step[], warn: (message: string) => void): readonly Written[] {
  const written: Written[] = [];
  try {
    carryOutSteps(steps, (planned) => carryOut(planned, written), warn);
    return written;
  } catch (error) {
    for (const one of written.toReversed()) putBack(one, warn);
    throw error;
  }
}

function carryOut({ step, origin }: Step, written: Written[]): void {
  if (step.op === "enableControllers") enableControllers(step.directory, step.controllers);
  else if (step.op === "setUnitProperties") setUnitProperties(step, origin);
  else if (step.op === "writeSchemata") written.push(writeSchemata(step, origin));
  else written.push(write(step, origin));
}

function write({ file, text }: WriteCgroup, origin: string): Written {
  const before = readCgroupFile(file);
  writeCgroup(file, text, origin);
  return { file, text, origin, before };
}

function writeSchemata(step: WriteSchemata, origin: string): Written {
  const file = below(step.group, "/schemata");
  const before = readCgroupFile(file);
  carryOutResctrlStep(step, origin, 0);
  return { file, text: step.line, origin, before };
}

function putBack({ file, text, before }: Written, warn: (message: string) => void): void {
  if (text === "") return; // it has changed nothing
  const old = before === undefined ? undefined : undoText(file.slice(file.lastIndexOf("/") + 1), text, before);
  if (old !== undefined && tryWriteExisting(file, old === "" ? "\n" : old) >= 0) return;
  warn(`cannot put back what ${file} had before: ${JSON.stringify(text)} stays in it`);
}
