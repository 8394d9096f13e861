/** Signals that are held back: in the host, since Bun has threads, any of which may get a signal. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { buildEngineProgram } from "../support/engine.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

test("held signals are taken once, and do on disposal what they do by default", async () => {
  const program = await buildEngineProgram({ name: "held-signals", entry: join(import.meta.dirname, "held-signals.ts") });
  const run = Bun.spawnSync([program]);
  expect(run.stderr.toString()).toBe("");
  expect(run.stdout.toString().split("\n")).toEqual([
    "before: [false,false,[]]",
    "arrived: [true,true]",
    "taken: [10,64]",
    "after: [false,false,[]]",
    "still here: true",
    "",
  ]);
  expect(run.signalCode).toBe("SIGTERM");
});
