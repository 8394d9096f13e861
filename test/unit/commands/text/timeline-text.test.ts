/** Timelines as text. `UPDATE=1` renews the golden ones. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { formatTimeline } from "../../../../src/commands/text/timeline-text.ts";
import { timelineOf } from "./timeline-fixture.ts";

/** The last one is where there is no terminal. */
test.each([40, 80, 200, undefined])("a timeline is shown in %p columns as it is in the golden file", async (width) => {
  const file = Bun.file(join(import.meta.dirname, "timeline", `${width ?? "no-terminal"}.txt`));
  const text = formatTimeline(timelineOf(), width);
  if (Bun.env.UPDATE === "1") await Bun.write(file, text);
  expect(text).toBe(await file.text());
});

test.each([1, 20, 40, 59, 80, 139, 200, 1000])("no line is longer than %d columns, but for the least that says anything", (width) => {
  const lines = formatTimeline(timelineOf({ remarks: ["something to know"] }), width).split("\n");
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(Math.max(width, 32));
});

test("what takes long is named with the place that asked for it, longest first, without what only waits", () => {
  const lines = formatTimeline(timelineOf(), 200).split("\n");
  expect(lines.slice(lines.indexOf("What took longest:") + 1, -1)).toEqual([
    '/mounts/3 took 4.13 ms of 9.80: 2 steps, mostly: make tmpfs file system "shm" as #1 (init i2, fsconfig(2))',
    "lamina itself took 2.00 ms of 9.80: start lamina (host)",
    "h2 took 0.75 ms of 9.80: start init (host, posix_spawn(3))",
    "lamina itself took 0.50 ms of 9.80: read and check the bundle (host)",
    '/process/args took 0.30 ms of 9.80: execute "/bin/true" (init i7, execve(2))',
  ]);
});

test("a failed step is marked, and the headline says how it ended", () => {
  const steps = timelineOf().steps.map((step) => (step.label === "i3" ? { ...step, hasFailed: true } : step));
  const text = formatTimeline(timelineOf({ steps, hasFailed: true }), 120);
  expect(text).toStartWith("Timeline of run web: it failed after 9.80 ms.\n");
  expect(text.split("\n").filter((line) => line.includes("[failed]"))).toHaveLength(1);
});

test("nothing in a timeline controls the terminal", () => {
  const text = formatTimeline(timelineOf({ id: "\u001b[2J", command: "\u0007", remarks: ["\u001b]0;x"] }), 120);
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
});

test("a timeline of nothing is its headline", () => {
  const text = formatTimeline(timelineOf({ steps: [], end: timelineOf().begin }), 80);
  expect(text).toStartWith("Timeline of run web: the program began after 0.00 ms.\n");
});
