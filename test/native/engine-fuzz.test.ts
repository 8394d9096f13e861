/** Calls of the host's module with arguments that do not fit: results and errors come of it, and nothing else. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { buildEngineProgram, buildOddLibrary, runProgram } from "../support/engine.ts";

setDefaultTimeout(300_000);

const CALLS = 20_000;

test.each([1, 2, 3])("calls with seed %d trouble no sanitizer and leak nothing", async (seed) => {
  const program = await buildEngineProgram({
    name: "fuzz",
    entry: join(import.meta.dirname, "engine-fuzz.ts"),
    sanitize: true,
    files: [{ kind: "file", name: "file", path: join(import.meta.dirname, "../../LICENSE") }],
  });
  const command = [program, String(seed), String(CALLS), await buildOddLibrary()];
  const result = await runProgram(command, { ASAN_OPTIONS: "detect_leaks=1" });
  expect(result).toEqual({ status: 0, stdout: `${CALLS} calls, some refused\n`, stderr: "" });
});
