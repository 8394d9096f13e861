/** Timelines as JSON for trace viewers, and what reads them again. */
import { expect, test } from "bun:test";
import { readTrace } from "../../../../src/commands/text/timeline-reading.ts";
import { formatTimeline } from "../../../../src/commands/text/timeline-text.ts";
import { formatTrace } from "../../../../src/commands/text/timeline-trace.ts";
import { parseObject } from "../../../support/json.ts";
import { type TraceEvent, traceEvents } from "../../../support/trace.ts";
import { timelineOf } from "./timeline-fixture.ts";

const TEXT = formatTrace(timelineOf());

test("a trace has complete events in microseconds, on a thread for each side", () => {
  const events = traceEvents(TEXT);
  const names = events.filter(({ ph }) => ph === "M").map(({ name, args }) => [name, args?.name]);
  expect(names).toEqual([
    ["process_name", "lamina run web"],
    ["thread_name", "host"],
    ["thread_name", "init"],
  ]);
  expect(events.find(({ args }) => args?.step === "i2")).toEqual({
    ph: "X",
    cat: "step",
    name: 'make tmpfs file system "shm" as #1',
    pid: 1,
    tid: 2,
    ts: 5_000_004_000,
    dur: 4000,
    args: { step: "i2", op: "newFilesystem", call: "fsconfig(2)", file: "config.json", pointer: "/mounts/3" },
  });
});

test("phases enclose their steps, and nothing on a thread overlaps", () => {
  const events = traceEvents(TEXT).filter(({ ph }) => ph === "X");
  const end = ({ ts = 0, dur = 0 }: TraceEvent): number => Math.round((ts + dur) * 1000);
  for (const thread of [1, 2]) {
    const phases = events.filter(({ cat, tid }) => cat === "phase" && tid === thread);
    const steps = events.filter(({ cat, tid }) => cat === "step" && tid === thread);
    for (const list of [phases, steps]) {
      for (const [i, event] of list.slice(1).entries())
        expect(Math.round((event.ts ?? 0) * 1000)).toBeGreaterThanOrEqual(end(list[i] as TraceEvent));
    }
    const inside = (step: TraceEvent): boolean => phases.some((phase) => (phase.ts ?? 0) <= (step.ts ?? 0) && end(step) <= end(phase));
    expect(steps.filter((step) => !inside(step))).toEqual([]);
  }
});

test("what is read is what was written", () => {
  expect(readTrace(TEXT, "trace.json")).toEqual(timelineOf());
  const failed = timelineOf({ hasFailed: true, remarks: ["init has written down no times"], id: "" });
  expect(readTrace(formatTrace(failed), "trace.json")).toEqual(failed);
  expect(formatTimeline(readTrace(TEXT, "trace.json"), 80)).toBe(formatTimeline(timelineOf(), 80));
});

const trace = parseObject(TEXT);
const events = traceEvents(TEXT);

test.each<[string, string, string]>([
  ["no JSON", "Timeline of run web", "it is no timeline that lamina has written"],
  ["a list", "[]", "it is no timeline that lamina has written"],
  ["another program's trace", '{"traceEvents":[]}', "it is no timeline that lamina has written"],
  ["no time", JSON.stringify({ ...trace, otherData: { lamina: "0", command: "run", id: "" } }), "it does not say what was timed"],
  ["a step without a time", JSON.stringify({ ...trace, traceEvents: [...events, { cat: "step", tid: 1, name: "x" }] }), "step 15 in it"],
  ["a step of nobody", JSON.stringify({ ...trace, traceEvents: [{ cat: "step", tid: 3, ts: 1, dur: 1, name: "x" }] }), "step 1 in it"],
  ["a time before all", JSON.stringify({ ...trace, traceEvents: [{ cat: "step", tid: 1, ts: -1, dur: 1, name: "x" }] }), "step 1 in it"],
  [
    "words that are none",
    JSON.stringify({ ...trace, traceEvents: [{ cat: "step", tid: 1, ts: 1, dur: 1, name: "x", args: { call: {} } }] }),
    "step 1 in it",
  ],
])("a file is refused: %s", (_, text, why) => {
  expect(() => readTrace(text, "a.json")).toThrow(why);
});
