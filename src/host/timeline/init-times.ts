/**
 * The times that native init writes down (TIMES in plan/steps/wire.ts, native/init/times.c). The memory they are in is init's as well, and
 * whoever may trace init writes there what he likes: nothing is read beyond what was made, and no time counts that cannot be. Pure.
 */
import { put64, u64 } from "../../base/bytes.ts";
import { TIMES } from "../../plan/steps/wire.ts";

const UNIT = 8;
/** Bytes; init takes no more either. */
const LARGEST = 1 << 20;
const NANOSECONDS = 1_000_000; // in a millisecond

/** Two clocks are compared where a time namespace begins: such times may be off by this many milliseconds. */
const TOLERANCE = 0.1;

export interface ClockFacts {
  /** How far the time of day is ahead of the monotonic clock, in nanoseconds. */
  readonly distance: bigint;
  readonly isSilent: boolean;
}

/** The memory as the host makes it, with room for `count` steps, or for as many as init takes. */
export function emptyTimes(count: number, { distance, isSilent }: ClockFacts): Uint8Array {
  const memory = new Uint8Array(Math.min((TIMES.first + count) * UNIT, LARGEST));
  put64(memory, TIMES.distance * UNIT, distance);
  put64(memory, TIMES.silent * UNIT, isSilent ? 1 : 0);
  return memory;
}

/** Steps `first` to `last`, which mostly are one. Milliseconds of the monotonic clock. */
export interface InitSpan {
  readonly first: number;
  readonly last: number;
  readonly begin: number;
  readonly end: number;
  readonly hasFailed: boolean;
}

export interface InitTimes {
  readonly spans: readonly InitSpan[];
  /** Why there are not more of them. */
  readonly remark?: string;
}

export interface Bounds {
  /** When init was spawned, or told to go on. */
  readonly from: number;
  /** When the host heard of init for the last time. */
  readonly until: number;
  /** When the memory was read. */
  readonly now: number;
}

export interface TimedPlan {
  /** The first step that can have begun. */
  readonly first: number;
  /** The steps that can have begun are those before this one. */
  readonly count: number;
  /** Begins after the step before, unless that is an alternative to it that worked. */
  readonly isAlternative: (index: number) => boolean;
  /** Once this step is done, a filter may refuse to tell init the time. */
  readonly isFilter: (index: number) => boolean;
  /** Every step is done. */
  readonly isDone: boolean;
}

export function decodeTimes(memory: Uint8Array, plan: TimedPlan, { from, until, now }: Bounds): InitTimes {
  const timeAt = (index: number): number => u64(memory, index * UNIT) / NANOSECONDS;
  const spans: InitSpan[] = [];
  let previous = timeAt(TIMES.begun);
  if (previous === 0) {
    return {
      spans: unended({ ...plan, isFilter: () => true }, plan.first, { begin: from, end: until }),
      remark: "init has written down no times",
    };
  }
  if (previous < from - TOLERANCE || previous > now) return { spans, remark: "the times of init cannot be: somebody has changed them" };
  let next = plan.first; // the step that may have begun last
  const count = Math.min(plan.count, memory.length / UNIT - TIMES.first);
  for (let index = 0; index < count; index++) {
    const end = timeAt(TIMES.first + index);
    if (end === 0) continue;
    if (end < previous - TOLERANCE || end > now)
      return { spans, remark: `the times of init cannot be from i${index + 1} on: somebody has changed them` };
    const hasFailed = ((memory[(TIMES.first + index) * UNIT] ?? 0) & 1) === 1;
    spans.push({ first: index, last: index, begin: Math.min(previous, until), end: Math.min(Math.max(end, previous), until), hasFailed });
    previous = Math.max(end, previous);
    next = index + 1;
    while (!hasFailed && next < plan.count && plan.isAlternative(next)) next++;
  }
  const isOver = !plan.isDone && spans.at(-1)?.hasFailed === true && !plan.isAlternative(next); // it failed, and ended init
  return { spans: isOver ? spans : [...spans, ...unended(plan, next, { begin: previous, end: until })] };
}

/** What was under way in the end: the program has no time of its own, a step that is killed neither, and nothing that a filter hides. */
function unended(plan: TimedPlan, next: number, { begin, end }: { readonly begin: number; readonly end: number }): InitSpan[] {
  if (next >= plan.count || begin >= end) return [];
  const last = plan.isFilter(next) && plan.isDone ? plan.count - 1 : next;
  return [{ first: next, last, begin, end, hasFailed: !plan.isDone }];
}
