import { expect, test } from "bun:test";
import { parseDuration } from "../../../../src/commands/text/duration.ts";

test.each<[string, number | undefined]>([
  ["5s", 5000],
  ["100ms", 100],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["250us", 0.25],
  [".5s", 500],
  ["0", 0],
  ["-1s", -1000],
  ["5", undefined],
  ["", undefined],
  ["s", undefined],
  ["5s ", undefined],
  ["5d", undefined],
])("%p is %p ms", (text, expected) => {
  expect(parseDuration(text)).toBe(expected as number);
});
