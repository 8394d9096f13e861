/** What timeline-trace.ts writes, read again. A file may say anything: what is not as it should be is refused. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { inLayers } from "../../base/origin.ts";
import type { TimedStep, Timeline } from "../../host/timeline/timeline.ts";
import { THREADS } from "./timeline-trace.ts";

/** Throws code "usage" for what is no timeline; `name` is that of the file. */
export function readTrace(text: string, name: string): Timeline {
  const refuse = (why: string): RuntimeError =>
    new RuntimeError("usage", `cannot show ${name}: ${why}`, { hint: "lamina run --timeline=FILE.json ID writes one" });
  const trace = objectOr(parse(text));
  const about = objectOr(trace?.otherData);
  const events = trace?.traceEvents;
  if (about?.lamina === undefined || !Array.isArray(events)) throw refuse("it is no timeline that lamina has written");
  const steps = events.filter((event) => objectOr(event)?.cat === "step").map(readStep);
  const wrong = steps.indexOf(undefined);
  const { ts, dur, command, id, remarks } = about;
  if (wrong >= 0) throw refuse(`step ${wrong + 1} in it is not one that lamina writes`);
  if (!isTime(ts) || !isTime(dur) || typeof command !== "string" || typeof id !== "string") throw refuse("it does not say what was timed");
  return {
    command,
    id,
    steps: steps.filter((step) => step !== undefined).sort((a, b) => a.begin - b.begin),
    ...times(ts, dur),
    hasFailed: about.failed === true,
    remarks: Array.isArray(remarks) ? remarks.filter((remark) => typeof remark === "string") : [],
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // as anything else that is no timeline
  }
}

function objectOr(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function readStep(event: unknown): TimedStep | undefined {
  const { name, ts, dur, tid, args } = objectOr(event) ?? {};
  const { step = "", op = "", call = "", file = "", pointer = "", wait, failed } = objectOr(args) ?? {};
  const side = tid === THREADS.host ? "host" : tid === THREADS.init ? "init" : undefined;
  const texts = [name, step, op, call, file, pointer];
  if (side === undefined || !isTime(ts) || !isTime(dur) || !texts.every((one) => typeof one === "string")) return undefined;
  return {
    side,
    label: String(step),
    op: String(op),
    words: String(name),
    call: String(call),
    origin: file === "layers.json" ? inLayers(String(pointer)) : String(pointer),
    ...times(ts, dur),
    isWait: wait === true,
    hasFailed: failed === true,
  };
}

function times(ts: number, dur: number): { readonly begin: number; readonly end: number } {
  return { begin: ts / 1000, end: (ts + dur) / 1000 };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
