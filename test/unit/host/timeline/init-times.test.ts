/** What the host makes of the memory that init writes its times to, which is anybody's who may trace init. */
import { expect, test } from "bun:test";
import { put64 } from "../../../../src/base/bytes.ts";
import { decodeTimes, emptyTimes, type InitTimes, type TimedPlan } from "../../../../src/host/timeline/init-times.ts";
import { TIMES } from "../../../../src/plan/steps/wire.ts";

const MS = 1_000_000; // nanoseconds
const BOUNDS = { from: 100, until: 110, now: 111 };
const PLAN: TimedPlan = { first: 0, count: 4, isAlternative: () => false, isFilter: () => false, isDone: true };

/** Memory with these times in milliseconds; `steps` by index. */
function memoryOf(begun: number, steps: Readonly<Record<number, number>>, count = 4): Uint8Array {
  const memory = emptyTimes(count, { distance: 0n, isSilent: true });
  const put = (index: number, nanoseconds: number): void => put64(memory, index * 8, BigInt(nanoseconds));
  put(TIMES.begun, begun * MS);
  for (const [index, time] of Object.entries(steps)) put(TIMES.first + Number(index), time * MS);
  return memory;
}

/** `first-last: begin to end`, with a mark for a failure. */
function told({ spans, remark }: InitTimes): string[] {
  const lines = spans.map(({ first, last, begin, end, hasFailed }) => `${first}-${last}: ${begin} to ${end}${hasFailed ? " failed" : ""}`);
  return remark === undefined ? lines : [...lines, remark];
}

test("a step takes from the end of the one before to its own, and the program the rest", () => {
  const times = decodeTimes(memoryOf(101, { 0: 102, 1: 103, 2: 105 }), PLAN, BOUNDS);
  expect(told(times)).toEqual(["0-0: 101 to 102", "1-1: 102 to 103", "2-2: 103 to 105", "3-3: 105 to 110"]);
});

test("an odd time says that the step failed", () => {
  const memory = memoryOf(101, { 0: 102 });
  memory[TIMES.first * 8] = (memory[TIMES.first * 8] ?? 0) | 1;
  const { spans } = decodeTimes(memory, { ...PLAN, isDone: false }, BOUNDS);
  expect(spans).toEqual([{ first: 0, last: 0, begin: 101, end: expect.closeTo(102), hasFailed: true }]);
  const withAlternative = { ...PLAN, isAlternative: (index: number) => index === 1, isDone: false };
  expect(decodeTimes(memory, withAlternative, BOUNDS).spans.map(({ first }) => first)).toEqual([0, 1]);
});

test("a step that was left out takes no time", () => {
  expect(told(decodeTimes(memoryOf(101, { 0: 102, 2: 104 }), PLAN, BOUNDS))).toEqual([
    "0-0: 101 to 102",
    "2-2: 102 to 104",
    "3-3: 104 to 110",
  ]);
});

test("an alternative to a step that worked is not what ran in the end", () => {
  const plan = { ...PLAN, isAlternative: (index: number) => index === 1, isDone: false };
  expect(told(decodeTimes(memoryOf(101, { 0: 102 }), plan, BOUNDS))).toEqual(["0-0: 101 to 102", "2-2: 102 to 110 failed"]);
});

test("if init is killed, the step after the last one with a time ran", () => {
  expect(told(decodeTimes(memoryOf(101, { 0: 102 }), { ...PLAN, isDone: false }, BOUNDS))).toEqual([
    "0-0: 101 to 102",
    "1-1: 102 to 110 failed",
  ]);
});

test("behind a filter that hides the time, what is left is one", () => {
  const plan = { ...PLAN, isFilter: (index: number) => index === 1 };
  expect(told(decodeTimes(memoryOf(101, { 0: 102 }), plan, BOUNDS))).toEqual(["0-0: 101 to 102", "1-3: 102 to 110"]);
});

test("without any time all that was to be done is one, and it is said", () => {
  expect(told(decodeTimes(memoryOf(0, {}), PLAN, BOUNDS))).toEqual(["0-3: 100 to 110", "init has written down no times"]);
});

test("what ended after the host last heard of init ends there", () => {
  expect(told(decodeTimes(memoryOf(101, { 0: 102, 1: 103, 2: 104, 3: 110.5 }), PLAN, BOUNDS)).at(-1)).toBe("3-3: 104 to 110");
});

const LATER = "the times of init cannot be from i2 on: somebody has changed them";
const ALL = "the times of init cannot be: somebody has changed them";

test.each<[string, Uint8Array, string]>([
  ["one that goes back", memoryOf(101, { 0: 103, 1: 102 }), LATER],
  ["one of the future", memoryOf(101, { 0: 103, 1: 5000 }), LATER],
  ["all bits set", memoryOf(101, { 0: 103, 1: 102, 2: 1 }).fill(0xff, (TIMES.first + 1) * 8), LATER],
  ["a beginning before init was", memoryOf(1, { 0: 103 }), ALL],
  ["a beginning in the future", memoryOf(112, {}), ALL],
  ["nothing but set bits", memoryOf(101, {}).fill(0xff), ALL],
])("no time counts from the first that cannot be: %s", (_, memory, remark) => {
  const times = decodeTimes(memory, PLAN, BOUNDS);
  expect(times.remark).toBe(remark);
  expect(times.spans.length).toBe(remark === LATER ? 1 : 0);
});

test("random memory gives times in order and in bounds, or none", () => {
  let seed = 1;
  const next = (): number => (seed = (seed * 48271) % 0x7fffffff);
  for (let round = 0; round < 2000; round++) {
    const memory = memoryOf(101, { 0: 102, 1: 104, 2: 105 });
    for (let i = 0; i < 3; i++) memory[next() % memory.length] = next() & 0xff;
    const { spans } = decodeTimes(memory, PLAN, BOUNDS);
    const edges = spans.flatMap(({ begin, end }) => [begin, end]);
    expect(edges).toEqual([...edges].sort((a, b) => a - b));
    expect(edges.every((time) => time >= BOUNDS.from - 0.1 && time <= BOUNDS.until)).toBe(true);
    expect(spans.length).toBeLessThanOrEqual(PLAN.count);
  }
});

test("there is room for as many steps as init takes, whatever a record says", () => {
  const memory = emptyTimes(1e9, { distance: 0n, isSilent: false });
  expect(memory.length).toBe(1 << 20);
  expect(decodeTimes(memory, { ...PLAN, count: 1e9 }, BOUNDS).spans.length).toBe(1);
});
