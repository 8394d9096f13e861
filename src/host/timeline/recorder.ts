/**
 * Measures what a command does to start a process: the host's part step by step, and init's by the times that it writes down itself. What the
 * host does is recorded without gaps: whatever is marked began when the one before ended.
 */
import { describeHostStep, describeStep } from "../../plan/describe.ts";
import { callOf, hostCallOf } from "../../plan/describe-call.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import type { InitStep, Planned } from "../../plan/steps/step.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { readBeginning, sharedMemory } from "../../sys/file/memory-file.ts";
import { areClocksSilent, clockDistance, monotonicMilliseconds, processorMilliseconds } from "../../sys/process/clock.ts";
import { decodeTimes, emptyTimes, type InitSpan, type TimedPlan } from "./init-times.ts";
import type { TimedStep, Timeline } from "./timeline.ts";

/** A step of init, as far as a timeline shows it. */
export interface ShownStep {
  readonly words: string;
  readonly call: string;
  readonly origin: string;
}

/** The steps of init that are timed, by their index in the plan. */
export interface InitSteps {
  readonly first: number;
  /** One more than the last index. */
  readonly count: number;
  readonly at: (index: number) => ShownStep | undefined;
  /** Of the same step, without its words, which take long to make. */
  readonly opAt: (index: number) => string | undefined;
  readonly isAlternative: (index: number) => boolean;
  readonly hasFilter: boolean;
}

export function stepsOf(plan: readonly Planned<InitStep>[]): InitSteps {
  return {
    first: 0,
    count: plan.length,
    at: (index) => {
      const planned = plan[index];
      return planned && { words: describeStep(planned.step), call: callOf(planned.step), origin: planned.origin };
    },
    opAt: (index) => plan[index]?.step.op,
    isAlternative: (index) => plan[index - 1]?.onFailure === "else",
    hasFilter: plan.some(({ step }) => step.op === "loadFilter"),
  };
}

/** A part of the host's, which began when the one before ended. Made while the start is measured, and so as little as can be. */
interface Mark {
  readonly end: number;
  /** Of what is beside the plan; "" for a step. */
  readonly words: string;
  readonly index: number;
  readonly planned: Planned<HostStep> | undefined;
  readonly isWait: boolean;
  readonly hasFailed: boolean;
}

/** What init writes to, since `from`. */
interface InitMemory {
  readonly fd: Fd;
  readonly steps: InitSteps;
  readonly from: number;
}

const WAITS: ReadonlySet<string> = new Set(["await", "awaitExec", "sync", "waitHost", "waitStart"] satisfies (
  | HostStep["op"]
  | InitStep["op"]
)[]);

export class Recorder implements Disposable {
  readonly #begin: number;
  readonly #marks: Mark[] = [];
  #last: number;
  #memory: InitMemory | undefined;
  #timeline: Timeline | undefined;
  readonly #heading: { readonly command: string; readonly id: string };
  readonly #whenStopped: (timeline: Timeline) => void;

  /** Starts with the start of lamina itself, which is what this process has computed until now. `whenStopped` must not throw. */
  constructor(heading: { readonly command: string; readonly id: string }, whenStopped: (timeline: Timeline) => void) {
    this.#heading = heading;
    this.#whenStopped = whenStopped;
    const now = monotonicMilliseconds();
    this.#begin = now - processorMilliseconds();
    this.#last = this.#begin;
    this.lap("start lamina");
  }

  /** Something beside the plan has ended. */
  lap(words: string, { isWait = false } = {}): void {
    this.#last = monotonicMilliseconds();
    this.#marks.push({ end: this.#last, words, index: 0, planned: undefined, isWait, hasFailed: false });
  }

  /** A step of the host's has ended. */
  hostStep(index: number, planned: Planned<HostStep>, hasFailed: boolean): void {
    this.#last = monotonicMilliseconds();
    this.#marks.push({ end: this.#last, words: "", index, planned, isWait: false, hasFailed });
  }

  /** What init is to be given, to write its times to. It stays open as long as this recorder. */
  initMemory(steps: InitSteps): Fd {
    const facts = { distance: clockDistance(), isSilent: steps.hasFilter && areClocksSilent() };
    const fd = sharedMemory("lamina:times", emptyTimes(steps.count, facts));
    this.#memory?.fd.close();
    this.#memory = { fd, steps, from: this.#last };
    return fd;
  }

  /** Reads what init has written, and tells. Only the first call does anything. */
  stop({ hasFailed = false } = {}): void {
    if (this.#timeline !== undefined) return;
    const { steps, remarks } = this.#readInit(hasFailed);
    const host = this.#marks.map((mark, i) => hostRow(mark, this.#marks[i - 1]?.end ?? this.#begin));
    const all = [...host, ...steps].sort((a, b) => a.begin - b.begin);
    this.#timeline = { ...this.#heading, steps: all, begin: this.#begin, end: this.#last, hasFailed, remarks };
    this.#whenStopped(this.#timeline);
  }

  #readInit(hasFailed: boolean): { readonly steps: readonly TimedStep[]; readonly remarks: readonly string[] } {
    if (this.#memory === undefined) return { steps: [], remarks: [] };
    const { fd, steps, from } = this.#memory;
    const clocks = emptyTimes(steps.count, { distance: 0n, isSilent: false });
    readBeginning(fd, clocks);
    const bounds = { from, until: this.#last, now: monotonicMilliseconds() };
    const { spans, remark } = decodeTimes(clocks, timedPlan(steps, !hasFailed), bounds);
    const shown = spans.filter(({ first }) => first >= steps.first);
    return { steps: shown.map((span) => initRow(span, steps)), remarks: remark === undefined ? [] : [remark] };
  }

  [Symbol.dispose](): void {
    this.#memory?.fd.close();
  }
}

/** What comes after `start` is no part of `create`. */
function timedPlan({ first, count, opAt, isAlternative }: InitSteps, isDone: boolean): TimedPlan {
  let end = first;
  while (end < count && opAt(end) !== "waitStart") end++;
  return { first, count: end, isAlternative, isFilter: (index) => opAt(index) === "loadFilter", isDone };
}

function hostRow({ end, words, index, planned, isWait, hasFailed }: Mark, begin: number): TimedStep {
  if (planned === undefined) return { side: "host", label: "", op: "", words, call: "", origin: "", begin, end, isWait, hasFailed };
  const { step, origin } = planned;
  return {
    side: "host",
    label: `h${index + 1}`,
    op: step.op,
    words: describeHostStep(step),
    call: hostCallOf(step),
    origin,
    begin,
    end,
    isWait: WAITS.has(step.op),
    hasFailed,
  };
}

function initRow({ first, last, begin, end, hasFailed }: InitSpan, steps: InitSteps): TimedStep {
  const { words = "", call = "", origin = "" } = steps.at(first) ?? {};
  const op = steps.opAt(first) ?? "";
  const more = last === first ? "" : `, and all up to: ${steps.at(last)?.words ?? ""}`;
  return {
    side: "init",
    label: last === first ? `i${first + 1}` : `i${first + 1}–i${last + 1}`,
    op,
    words: `${words}${more}`,
    call,
    origin,
    begin,
    end,
    isWait: WAITS.has(op),
    hasFailed: hasFailed && !WAITS.has(op), // who waits when the other side fails has done nothing wrong
  };
}
