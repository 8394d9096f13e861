/** Calls of the host's module with arguments that do not fit: results and errors come of it, and nothing else. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { buildEngineProgram, buildOddLibrary, type Finished, runProgram } from "../support/engine.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

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

test("every function of the module is called, but the one that would double what calls", async () => {
  const text = (path: string): Promise<string> => Bun.file(join(import.meta.dirname, path)).text();
  const names = [...(await text("../../src/engine/lamina-host.d.ts")).matchAll(/export const (\w+)/g)].map(([, name = ""]) => name);
  const calls = (await text("engine-fuzz.ts")) + (await text("fuzz-bytes.ts"));
  const isCalled = (name: string): boolean => calls.split(new RegExp(`\\b${name}\\b(?!-)`)).length > 2; // beside its import
  expect(names.filter((name) => !isCalled(name))).toEqual(["engine", "fork", "machine"]);
});

async function runForLeaks(command: readonly string[]): Promise<Finished> {
  let result = await runProgram(command, { ASAN_OPTIONS: "detect_leaks=1" });
  for (let attempt = 1; attempt < ATTEMPTS && result.stderr.includes(TRACER_FAILED); attempt++)
    result = await runProgram(command, { ASAN_OPTIONS: "detect_leaks=1" });
  return result;
}
