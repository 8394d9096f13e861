import { expect, test } from "bun:test";
import { monotonicMilliseconds } from "../../../src/sys/process/clock.ts";
import { pause } from "../../../src/sys/process/poll.ts";

test("the clock counts milliseconds", () => {
  const [outside, start] = [performance.now(), monotonicMilliseconds()];
  pause(20);
  const passed = monotonicMilliseconds() - start;
  expect(passed).toBeGreaterThanOrEqual(20);
  expect(passed).toBeLessThanOrEqual(performance.now() - outside + 1);
});
