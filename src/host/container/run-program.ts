/** Runs a program of the host to its end and takes what it prints. */

import type { HostPath } from "../../base/paths.ts";
import { decodeText } from "../../base/text.ts";
import { environment } from "../../sys/call/environment.ts";
import { memoryFile, readWhole } from "../../sys/file/memory-file.ts";
import { type End, endOf, spawn, waitChild } from "../../sys/process/process.ts";

export interface ProgramRun {
  readonly end: End;
  /** What it wrote to standard output and standard error, in the order in which it wrote. */
  readonly output: string;
}

/** With our environment, and the argument `name` in place of the path. Standard input stays ours. */
export function runProgram(file: HostPath, name: string, args: readonly string[]): ProgramRun {
  using output = memoryFile(`lamina:${name}`);
  const descriptors = [
    [output.number, 1],
    [output.number, 2],
  ] as const;
  const pid = spawn({ file, args: [name, ...args], env: environment(), descriptors });
  const end = endOf(waitChild(pid));
  return { end, output: decodeText(readWhole(output)) };
}
