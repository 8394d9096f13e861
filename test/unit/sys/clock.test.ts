import { expect, test } from "bun:test";
import { monotonicMilliseconds } from "../../../src/sys/process/clock.ts";
import { pause } from "../../../src/sys/process/poll.ts";

test("the clock counts milliseconds", () => {
  const start = monotonicMilliseconds();
  pause(20);
  const passed = monotonicMilliseconds() - start;
  expect(passed).toBeGreaterThanOrEqual(20);
  expect(passed).toBeLessThan(60_000);
});
