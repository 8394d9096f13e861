/** Work beside us is done by a child, of which nothing is left, and comes to the same as if we had done it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildEngineProgram, runProgram } from "../support/engine.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";
import type { Outcome } from "./worker-program.ts";

setDefaultTimeout(TEST_TIMEOUT);

const program = buildEngineProgram({ name: "worker", entry: join(import.meta.dirname, "worker-program.ts") });

async function outcomes(): Promise<Readonly<Record<string, unknown>>> {
  const { status, stdout, stderr } = await runProgram([await program]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => JSON.parse(line) as Outcome).map(({ title, got }) => [title, got]));
}

describe("a worker", () => {
  const all = outcomes();

  test("passes on bytes, numbers and a result, and changes nothing here", async () => {
    const sum = 3_100_001;
    expect((await all).everything).toEqual({ bytes: sum, numbers: sum, result: { steps: 4, isOther: true } });
    expect((await all)["the same bytes"]).toBe(true);
  });

  test("leaves a piece as it is until the next one is asked for, however far ahead it is", async () => {
    expect((await all).kept).toBe("0 1 2 3 4 5 6 7 8");
  });

  test("throws here what it throws there", async () => {
    expect((await all)["an error"]).toEqual({ numbers: 1, code: "integrity", message: "cannot read it: no", hint: "look" });
    expect((await all)["a bug"]).toEqual({ numbers: 1, bug: "TypeError: a bug", hasStack: true });
  });

  test("that dies is an error that says how", async () => {
    const died = (how: string) => ({ numbers: 1, code: "kernel", message: `cannot do it: the process that did it ${how}` });
    expect((await all).killed).toEqual({ ...died("was killed by signal 9"), hint: "there may have been too little memory" });
    expect((await all).crashed).toEqual(died("was killed by signal 11"));
    expect((await all).exited).toEqual(died("ended with status 3"));
  });

  test("goes on with a stream that has more than two pieces", async () => {
    const [first, second] = ["us    0", "us    1"];
    expect((await all)["going on"]).toEqual([[], [first], [first, second], [first, second, "child 2", "child 3"]]);
  });

  test("ends when nobody wants the rest, and leaves neither child nor descriptor", async () => {
    expect((await all).stopped).toBe("enough");
    expect((await all).leftovers).toBe(true);
  });

  test("ends with us", async () => {
    const parent = Bun.spawn([await program, "endless"], { stdio: ["ignore", "pipe", "inherit"] });
    const reader = parent.stdout.getReader();
    const { value } = await reader.read();
    const child = Number(Buffer.from(value ?? []).toString());
    expect(existsSync(`/proc/${child}`)).toBe(true);
    parent.kill("SIGKILL");
    await parent.exited;
    await until("the child ends", () => !existsSync(`/proc/${child}`));
  });
});
