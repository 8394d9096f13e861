import { expect, test } from "bun:test";
import { drawTimeline } from "../../../scripts/timeline-picture.ts";

const span = (cat: string, name: string, tid: number, ts: number, dur: number, args: object = {}): object => ({
  ph: "X",
  cat,
  name,
  pid: 1,
  tid,
  ts,
  dur,
  args,
});
const RECORDING = JSON.stringify({
  otherData: { command: "run", ts: 5000, dur: 2000 },
  traceEvents: [
    { ph: "M", name: "thread_name", tid: 1, args: { name: "host" } },
    span("phase", "lamina itself", 1, 5000, 500),
    span("step", 'read "<a&b>"', 1, 5000, 500),
    span("phase", "the program", 2, 6000, 1000),
    span("step", "wait for the host", 2, 6000, 600, { wait: true }),
    span("step", "narrow", 2, 6600, 1),
    span("step", "execute", 2, 6601, 399),
  ],
});

test("a picture has a row for each phase, at its place in time, and its steps, of which narrow ones have no bars of their own", () => {
  const picture = drawTimeline(RECORDING);
  expect(picture.match(/<tspan .*?<\/text>/g)).toEqual([
    '<tspan fill="#2f6f9f">host</tspan>  lamina itself</text>',
    '<tspan fill="#b35806">init</tspan>  the program</text>',
  ]);
  const bars = [...picture.matchAll(/<rect x="([\d.]+)" y="(?:52|72)" width="([\d.]+)" .*?><title>(.*?)<\/title>/g)];
  expect(bars.map(([, ...parts]) => parts)).toEqual([
    ["350.0", "147.5", "read &quot;&lt;a&amp;b>&quot;: 0.50 ms"],
    ["645.0", "177.0", "wait for the host: 0.60 ms"],
    ["822.0", "118.0", "execute, and 1 more: 0.40 ms"],
  ]);
  expect(picture).toContain("lamina run: the program began after 2.0 ms");
});

test("another file than a recording is refused", () => {
  expect(() => drawTimeline('{"ociVersion": "1.3.0"}')).toThrow("this is no recording of --timeline");
});
