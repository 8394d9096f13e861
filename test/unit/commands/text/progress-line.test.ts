import { expect, test } from "bun:test";
import { describeProgress, progressLine } from "../../../../src/commands/text/progress-line.ts";
import type { Progress } from "../../../../src/image/stream/progress.ts";

const CLEAR = "\r\u001b[K";

/** What is written while `work` is done, which sets the clock. */
function written(work: (line: Progress, at: (now: number) => void) => void, width?: number): string[] {
  const texts: string[] = [];
  let now = 0;
  const line = progressLine(
    (text) => texts.push(text),
    width,
    () => now,
  );
  work(line, (time) => {
    now = time;
  });
  return texts;
}

test("the line is redrawn at most ten times a second, and gone at the end", () => {
  const texts = written((line, at) => {
    line.begin("layer 1 of 2", 1000);
    for (let now = 10; now <= 200; now += 10) {
      at(now);
      line.advance(50);
    }
    line.end();
  });
  expect(texts).toEqual([
    `${CLEAR}layer 1 of 2`,
    `${CLEAR}layer 1 of 2: 500 B of 1.0 kB, 5.0 kB/s, 50%, 1 s left`,
    `${CLEAR}layer 1 of 2: 1.0 kB of 1.0 kB, 5.0 kB/s, 100%, 0 s left`,
    CLEAR,
  ]);
});

test("percentage and time are those of all parts, and existing content takes no time", () => {
  const texts = written((line, at) => {
    line.expect(4000);
    line.begin("layer 1 of 3", 1000);
    line.end(); // it existed
    line.begin("layer 2 of 3", 1000);
    at(1000);
    line.advance(500);
    line.end();
    line.begin("layer 3 of 3", 2000);
    at(2000);
    line.advance(500);
    line.end();
  });
  expect(texts.filter((text) => text.includes(":"))).toEqual([
    `${CLEAR}layer 2 of 3: 500 B of 1.0 kB, 500 B/s, 37%, 5 s left`,
    `${CLEAR}layer 3 of 3: 500 B of 2.0 kB, 500 B/s, 62%, 3 s left`,
  ]);
});

test("the line is never as wide as the terminal, which would wrap it", () => {
  const texts = written((line, at) => {
    line.begin(`/srv/${"deep/".repeat(20)}root.tar`, 1000);
    at(1000);
    line.advance(500);
  }, 50);
  expect(texts.map((text) => text.replace(CLEAR, ""))).toEqual([
    `…${`/srv/${"deep/".repeat(20)}root.tar`.slice(-48)}`,
    "…oot.tar: 500 B of 1.0 kB, 500 B/s, 50%, 1 s left",
  ]);
});

test.each([
  ["an unknown size", { done: 5_000_000, total: undefined, rate: 5_000_000 }, "5.0 MB, 5.0 MB/s"],
  ["nothing done yet", { done: 0, total: 100, rate: 0 }, "0 B of 100 B, 0 B/s, 0%"],
  ["more than was announced", { done: 200, total: 100, rate: 200 }, "200 B of 100 B, 200 B/s, 100%, 0 s left"],
  ["a long work", { done: 1e9, total: 1e10, rate: 1e7 }, "1.0 GB of 10.0 GB, 10.0 MB/s, 10%, 15 min left"],
])("progress of %s", (_, measured, text) => {
  expect(describeProgress(measured)).toBe(text);
});
