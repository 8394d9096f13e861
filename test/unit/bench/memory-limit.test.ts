/** The search for the smallest limit. */
import { expect, test } from "bun:test";
import { findSmallest } from "../../../bench/memory-limit.ts";

test.each([1, 2, 3, 511, 512, 513, 1999, 2000])("the search finds %d of 2000 in few steps", async (smallest) => {
  let asked = 0;
  const found = await findSmallest(2000, async (candidate) => {
    asked++;
    return candidate >= smallest;
  });

  expect(found).toBe(smallest);
  expect(asked).toBeLessThanOrEqual(12);
});

test("the search says so when even the highest fails", async () => {
  expect(await findSmallest(2000, async () => false)).toBeUndefined();
});
