import { expect, test } from "bun:test";
import { answerNewerCalls, type HighestCall } from "../../../../src/plan/filter/newer-calls.ts";
import { runFilter } from "../../../support/filter-program.ts";

const ENOSYS = 0x00050000 + 38;
const FILTER = 0x7fff0000;
const [X86_64, X86, AARCH64, S390X] = [0xc000003e, 0x40000003, 0xc00000b7, 0x80000016];
const X32_BIT = 0x40000000;
/** A filter that allows everything. */
const REST = Uint8Array.of(0x06, 0, 0, 0, 0, 0, 0xff, 0x7f);

function answers(highest: readonly HighestCall[], arch: number, numbers: readonly number[]): number[] {
  const program = answerNewerCalls(highest, REST);
  return numbers.map((number) => runFilter(program, { arch, number }));
}

const own = (arch: number, number: number): HighestCall => ({ arch, isX32: false, number });
const x32 = (number: number): HighestCall => ({ arch: X86_64, isX32: true, number: number + X32_BIT });

test("calls above the highest one are answered by ENOSYS, and the filter sees all others", () => {
  expect(answers([own(AARCH64, 400)], AARCH64, [0, 399, 400, 401, 5000])).toEqual([FILTER, FILTER, FILTER, ENOSYS, ENOSYS]);
});

test("each architecture has a limit of its own, and one without is left to the filter", () => {
  const highest = [own(X86_64, 439), own(X86, 384), own(AARCH64, 500)];
  expect(answers(highest, X86_64, [439, 440])).toEqual([FILTER, ENOSYS]);
  expect(answers(highest, X86, [384, 385])).toEqual([FILTER, ENOSYS]);
  expect(answers(highest, AARCH64, [500, 501])).toEqual([FILTER, ENOSYS]);
  expect(answers(highest, S390X, [0, 9999])).toEqual([FILTER, FILTER]);
});

test("x32 has numbers of its own", () => {
  expect(answers([own(X86_64, 439), x32(547)], X86_64, [439, 440, X32_BIT + 547, X32_BIT + 548])).toEqual([FILTER, ENOSYS, FILTER, ENOSYS]);
});

test("without x32 the filter sees its calls, and with x32 alone those of x86_64", () => {
  expect(answers([own(X86_64, 439)], X86_64, [440, X32_BIT + 1000])).toEqual([ENOSYS, FILTER]);
  expect(answers([x32(547)], X86_64, [1000, X32_BIT + 548])).toEqual([FILTER, ENOSYS]);
});

test("on s390x, call 0 stands for those that the kernel does not know", () => {
  expect(answers([own(S390X, 439)], S390X, [0, 1, 439, 440])).toEqual([ENOSYS, FILTER, FILTER, ENOSYS]);
});

test("a number is unsigned, so that a negative one is above all", () => {
  expect(answers([own(AARCH64, 400)], AARCH64, [-1])).toEqual([ENOSYS]);
});

test("there is room for every architecture", () => {
  const arches = Array.from({ length: 22 }, (_, i) => own(1000 + i, i));
  const program = answerNewerCalls(arches, REST);
  expect(arches.map(({ arch, number }) => runFilter(program, { arch, number: number + 1 }))).toEqual(arches.map(() => ENOSYS));
});
