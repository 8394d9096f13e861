import { expect, test } from "bun:test";
import { describeProgress, progressLine } from "../../../src/commands/progress-line.ts";

test("the line is written over at most ten times a second, and gone at the end", () => {
  const written: string[] = [];
  let now = 0;
  const line = progressLine(
    (text) => written.push(text),
    () => now,
  );
  line.begin("layer 1 of 2", 1000);
  for (now = 10; now <= 200; now += 10) line.advance(50);
  line.end();
  expect(written).toEqual([
    "\r\u001b[Klayer 1 of 2",
    "\r\u001b[Klayer 1 of 2: 500 B of 1.0 kB, 50%, 5.0 kB/s, 1 s left",
    "\r\u001b[Klayer 1 of 2: 1.0 kB of 1.0 kB, 100%, 5.0 kB/s, 0 s left",
    "\r\u001b[K",
  ]);
});

test.each([
  ["an unknown size", { done: 5_000_000, total: undefined, elapsed: 1000 }, "5.0 MB, 5.0 MB/s"],
  ["nothing done yet", { done: 0, total: 100, elapsed: 500 }, "0 B of 100 B, 0%, 0 B/s"],
  ["more than was announced", { done: 200, total: 100, elapsed: 1000 }, "200 B of 100 B, 100%, 200 B/s, 0 s left"],
])("progress of %s", (_, measured, text) => {
  expect(describeProgress(measured)).toBe(text);
});
