/**
 * Measures what a command does to start a process: the host's part step by step, and init's by the times that it writes down itself. What the
 * host does is recorded without gaps: whatever is marked began when the one before ended.
 */
import { describeHostStep, describeStep } from "../../plan/describe.ts";
import { callOf, hostCallOf } from "../../plan/describe-call.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import type { InitStep, Planned } from "../../plan/steps/step.ts";
import { areClocksSilent, clockDistance, monotonicMilliseconds, processorMilliseconds } from "../../sys/clock.ts";
import type { Fd } from "../../sys/fd.ts";
import { readBeginning, sharedMemory } from "../../sys/memory-file.ts";
import { decodeTimes, emptyTimes, type InitSpan, type TimedPlan } from "./init-times.ts";
import type { TimedStep, Timeline } from "./timeline.ts";

/** A step of init, as far as a timeline shows it. */
export interface ShownStep {
  readonly op: string;
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
  readonly isAlternative: (index: number) => boolean;
}

export function stepsOf(plan: readonly Planned<InitStep>[]): InitSteps {
  return {
    first: 0,
    count: plan.length,
    at: (index) => {
      const planned = plan[index];
      return planned && { op: planned.step.op, words: describeStep(planned.step), call: callOf(planned.step), origin: planned.origin };
    },
    isAlternative: (index) => plan[index - 1]?.onFailure === "else",
  };
}

/** A part of the host's. */
interface Mark {
  readonly begin: number;
  readonly end: number;
  readonly words: string;
  readonly step?: { readonly index: number; readonly planned: Planned<HostStep> };
  readonly isWait: boolean;
  readonly hasFailed: boolean;
}

/** What init writes to, since `from`. */
interface InitMemory {
  readonly fd: Fd;
  readonly steps: InitSteps;
  readonly from: number;
}

const WAITS: ReadonlySet<string> = new Set(["await", "awaitExec", "sync", "waitStart"] satisfies (HostStep["op"] | InitStep["op"])[]);

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
    this.#mark({ words, isWait, hasFailed: false });
  }

  /** A step of the host's has ended. */
  hostStep(index: number, planned: Planned<HostStep>, hasFailed: boolean): void {
    this.#mark({ words: "", step: { index, planned }, isWait: WAITS.has(planned.step.op), hasFailed });
  }

  #mark(mark: Omit<Mark, "begin" | "end">): void {
    const end = monotonicMilliseconds();
    this.#marks.push({ ...mark, begin: this.#last, end });
    this.#last = end;
  }

  /** What init is to be given, to write its times to. It stays open as long as this recorder. */
  initMemory(steps: InitSteps): Fd {
    const facts = { distance: clockDistance(), isSilent: areClocksSilent() };
    const fd = sharedMemory("lamina:times", emptyTimes(steps.count, facts));
    this.#memory?.fd.close();
    this.#memory = { fd, steps, from: this.#last };
    return fd;
  }

  /** Reads what init has written, and tells. Only the first call does anything. */
  stop({ hasFailed = false } = {}): void {
    if (this.#timeline !== undefined) return;
    const { steps, remarks } = this.#readInit(hasFailed);
    const all = [...this.#marks.map(hostRow), ...steps].sort((a, b) => a.begin - b.begin);
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
function timedPlan({ first, count, at, isAlternative }: InitSteps, isDone: boolean): TimedPlan {
  let end = first;
  while (end < count && at(end)?.op !== "waitStart") end++;
  return { first, count: end, isAlternative, isFilter: (index) => at(index)?.op === "loadFilter", isDone };
}

function hostRow({ begin, end, words, step, isWait, hasFailed }: Mark): TimedStep {
  const times = { side: "host", begin, end, isWait, hasFailed } as const;
  if (step === undefined) return { ...times, label: "", op: "", words, call: "", origin: "" };
  const { index, planned } = step;
  const { op } = planned.step;
  return {
    ...times,
    label: `h${index + 1}`,
    op,
    words: describeHostStep(planned.step),
    call: hostCallOf(planned.step),
    origin: planned.origin,
  };
}

function initRow({ first, last, begin, end, hasFailed }: InitSpan, steps: InitSteps): TimedStep {
  const step = steps.at(first);
  const { op = "", words = "", call = "", origin = "" } = step ?? {};
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
