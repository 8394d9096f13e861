/** Damaged plans: the interpreter refuses truncated ones, and never reads or writes out of bounds. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { buildFuzzer, fuzzPlan, importsOf, PLAN } from "../support/plan-fuzzer.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const MUTATIONS = 20_000;

test("no call of native init reaches the kernel in the fuzzer", async () => {
  const { all, dangerous } = await importsOf(await buildFuzzer());
  expect(all.length).toBeGreaterThan(20);
  expect(dangerous).toEqual([]);
});

test("a plan cut short anywhere is refused as damaged, and the whole one is not", async () => {
  expect(await fuzzPlan(["truncations"])).toEqual({ status: 0, stdout: `${PLAN.length} of ${PLAN.length} refused\n`, stderr: "" });
});

test.each([1, 2, 3])("mutations with seed %d trouble no sanitizer", async (seed) => {
  const result = await fuzzPlan(["mutations", String(seed), String(MUTATIONS)]);
  expect(result).toEqual({ status: 0, stdout: `${MUTATIONS} mutations, some refused\n`, stderr: "" });
});
