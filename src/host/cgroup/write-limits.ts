/** Writes limits to cgroup files, all or none: when one is refused, those before it are put back. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { WriteCgroup } from "../../plan/cgroup/limits.ts";
import { undoText } from "../../plan/cgroup/undo.ts";
import type { UpdateStep } from "../../plan/cgroup/update.ts";
import type { Planned } from "../../plan/steps/step.ts";
import { tryWriteExisting } from "../../sys/file.ts";
import { setUnitProperties } from "../systemd.ts";
import { enableControllers, writeCgroup } from "./cgroup.ts";
import { readCgroupFile } from "./cgroup-file.ts";

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
  let isDone = false; // the step before was this one's better alternative, and it worked
  try {
    for (const planned of steps) {
      if (!isDone) isDone = attempt(planned, written, warn);
      isDone &&= planned.onFailure === "else";
    }
    return written;
  } catch (error) {
    for (const one of written.toReversed()) putBack(one, warn);
    throw error;
  }
}

/** False if the step failed and the plan goes on without it. */
function attempt({ step, origin, onFailure = "stop" }: Step, written: Written[], warn: (message: string) => void): boolean {
  try {
    if (step.op === "enableControllers") enableControllers(step.directory, step.controllers);
    else if (step.op === "setUnitProperties") setUnitProperties(step, origin);
    else written.push(write(step, origin));
    return true;
  } catch (error) {
    if (!(error instanceof RuntimeError) || onFailure === "stop") throw error;
    if (onFailure === "warn") warn(error.message);
    return false;
  }
}

function write({ file, text }: WriteCgroup, origin: string): Written {
  const before = readCgroupFile(file);
  writeCgroup(file, text, origin);
  return { file, text, origin, before };
}

function putBack({ file, text, before }: Written, warn: (message: string) => void): void {
  const old = before === undefined ? undefined : undoText(file.slice(file.lastIndexOf("/") + 1), text, before);
  if (old !== undefined && tryWriteExisting(file, old === "" ? "\n" : old) >= 0) return;
  warn(`cannot put back what ${file} had before: ${JSON.stringify(text)} stays in it`);
}
