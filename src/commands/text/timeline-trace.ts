/**
 * A timeline as JSON for trace viewers, such as ui.perfetto.dev or chrome://tracing: complete events (`X`) in microseconds of the monotonic
 * clock, so that recordings of several commands fit each other. Host and init are two threads of one process; phases enclose their
 * steps. Pure.
 */
import { parseOrigin } from "../../base/origin.ts";
import { plainJson } from "../../base/plain-json.ts";
import type { TimedStep, Timeline } from "../../host/timeline/timeline.ts";
import { phasesOfSide, type TimedPhase } from "./timeline-phases.ts";
import { VERSION } from "./version.ts";

export const PROCESS = 1;
export const THREADS = { host: 1, init: 2 } as const;

export function formatTrace(timeline: Timeline): string {
  const { command, id, begin, end, hasFailed, remarks } = timeline;
  const events = [
    nameEvent("process_name", undefined, `lamina ${command} ${id}`.trimEnd()),
    ...Object.entries(THREADS).map(([side, thread]) => nameEvent("thread_name", thread, side)),
    ...(["host", "init"] as const).flatMap((side) => phasesOfSide(timeline, side).flatMap(phaseEvents)),
  ];
  const lines = events.map((event) => JSON.stringify(event));
  const about = { lamina: VERSION, command, id, clock: "CLOCK_MONOTONIC", ...span(begin, end), failed: hasFailed, remarks };
  return plainJson(`{"displayTimeUnit":"ms","otherData":${JSON.stringify(about)},"traceEvents":[\n${lines.join(",\n")}\n]}\n`);
}

function nameEvent(name: string, thread: number | undefined, value: string): object {
  return { ph: "M", name, pid: PROCESS, ...(thread === undefined ? {} : { tid: thread }), args: { name: value } };
}

function phaseEvents({ side, title, steps }: TimedPhase): object[] {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return [];
  const phase = { ph: "X", cat: "phase", name: title, pid: PROCESS, tid: THREADS[side], ...span(first.begin, last.end) };
  return [phase, ...steps.map(stepEvent)];
}

function stepEvent(step: TimedStep): object {
  const { side, label, op, words, call, origin, begin, end, isWait, hasFailed } = step;
  const { file, pointer } = parseOrigin(origin);
  const args = {
    ...(label === "" ? {} : { step: label, op, call }),
    ...(origin === "" ? {} : { file, pointer }),
    ...(isWait ? { wait: true } : {}),
    ...(hasFailed ? { failed: true } : {}),
  };
  return { ph: "X", cat: "step", name: words, pid: PROCESS, tid: THREADS[side], ...span(begin, end), args };
}

/** Microseconds, exact to the nanosecond, so that what ends with another ends where it does. */
function span(begin: number, end: number): { readonly ts: number; readonly dur: number } {
  const from = Math.round(begin * 1_000_000);
  return { ts: from / 1000, dur: (Math.round(end * 1_000_000) - from) / 1000 };
}
