import { expect, test } from "bun:test";
import { memoryFile, readFromStart } from "../../../src/sys/file/memory-file.ts";
import { spawn, waitChild } from "../../../src/sys/process/process.ts";

/** Prints what a process with this environment makes of it. */
const PROGRAM = `
  import { environment, environmentVariable } from "${process.cwd()}/src/sys/call/environment.ts";
  const names = ["A", "B", "EMPTY", "NONE", "=", "odd"];
  console.log(JSON.stringify([environment(), names.map((name) => environmentVariable(name) ?? null)]));`;

test("of equal names the first one counts, as for getenv(3), and the list is what execve(2) was given", () => {
  const env = ["A=1", "B=x=y", "A=2", "EMPTY=", "odd"];
  using output = memoryFile("output");
  const args = [process.execPath, "-e", PROGRAM];
  const pid = spawn({ file: process.execPath, args, env, descriptors: [[output.number, 1]] });
  expect(waitChild(pid)).toBe(0);
  const printed: unknown = JSON.parse(readFromStart(output));
  expect(printed).toEqual([env, ["1", "x=y", "", null, null, null]]);
});
