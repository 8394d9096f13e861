/** Timelines as files in the trace event format. */
import { readFileSync } from "node:fs";
import { isObject, parseObject } from "./json.ts";

/** The thread that is init. */
export const INIT = 2;

export interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid?: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Throws unless every event is one that viewers take: named, and if it is complete (X) with a thread and a time. */
export function traceEvents(text: string): TraceEvent[] {
  const { traceEvents: events } = parseObject(text);
  if (!Array.isArray(events)) throw new Error("no traceEvents");
  return events.map((event) => {
    if (!isEvent(event)) throw new Error(`not an event: ${JSON.stringify(event)}`);
    return event;
  });
}

function isEvent(event: unknown): event is TraceEvent {
  if (!isObject(event)) return false;
  const { ph, name, pid, tid, ts, dur } = event;
  if (typeof name !== "string" || typeof pid !== "number") return false;
  if (ph === "M") return true;
  return ph === "X" && [tid, ts, dur].every((one) => typeof one === "number" && Number.isFinite(one) && one >= 0);
}

/** The steps in a timeline's file. */
export function stepsIn(file: string): TraceEvent[] {
  return traceEvents(readFileSync(file, "utf8")).filter(({ cat }) => cat === "step");
}

export function remarksIn(file: string): unknown {
  const { otherData } = parseObject(readFileSync(file, "utf8"));
  return isObject(otherData) ? otherData.remarks : undefined;
}

/** To the nanosecond. */
export function endOf({ ts = 0, dur = 0 }: TraceEvent): number {
  return Math.round((ts + dur) * 1000) / 1000;
}
