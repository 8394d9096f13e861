/** Calls of the host's module with arguments that do not fit: results and errors come of it, and nothing else. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { buildEngineProgram, buildOddLibrary, type Finished, runProgram } from "../support/engine.ts";

setDefaultTimeout(300_000);

const CALLS = 20_000;
/** What LeakSanitizer says when its own tracer fails, which it does now and then; it has then found nothing out. */
const TRACER_FAILED = "LeakSanitizer has encountered a fatal error";
const ATTEMPTS = 5;

test.each([1, 2, 3])("calls with seed %d trouble no sanitizer and leak nothing", async (seed) => {
  const program = await buildEngineProgram({
    name: "fuzz",
    entry: join(import.meta.dirname, "engine-fuzz.ts"),
    sanitize: true,
    files: [{ kind: "file", name: "file", path: join(import.meta.dirname, "../../LICENSE") }],
  });
  const command = [program, String(seed), String(CALLS), await buildOddLibrary()];
  const result = await runForLeaks(command);
  expect(result).toEqual({ status: 0, stdout: `${CALLS} calls, some refused\n`, stderr: "" });
});

async function runForLeaks(command: readonly string[]): Promise<Finished> {
  let result = await runProgram(command, { ASAN_OPTIONS: "detect_leaks=1" });
  for (let attempt = 1; attempt < ATTEMPTS && result.stderr.includes(TRACER_FAILED); attempt++)
    result = await runProgram(command, { ASAN_OPTIONS: "detect_leaks=1" });
  return result;
}
