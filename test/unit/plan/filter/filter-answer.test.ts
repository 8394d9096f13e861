/** What filters may answer for calls of which not everything is known. */
import { expect, test } from "bun:test";
import { answersOf } from "../../../../src/plan/filter/filter-answer.ts";
import { runFilter } from "../../../support/filter-program.ts";

const [LOAD, EQUAL, GREATER, AT_LEAST, BITS, AND, JUMP, RETURN] = [0x20, 0x15, 0x25, 0x35, 0x45, 0x54, 0x05, 0x06];
const [ALLOW, EPERM] = [0x7fff0000, 0x00050001];
const ARCH = 0xc000003e;

type Line = readonly [code: number, k: number, ifTrue?: number, ifFalse?: number];

function program(...lines: readonly Line[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(lines.length * 8));
  for (const [i, [code, k, ifTrue = 0, ifFalse = 0]] of lines.entries()) {
    bytes.setUint16(i * 8, code, true);
    bytes.setUint8(i * 8 + 2, ifTrue);
    bytes.setUint8(i * 8 + 3, ifFalse);
    bytes.setUint32(i * 8 + 4, k, true);
  }
  return new Uint8Array(bytes.buffer);
}

/** Allows call 16 if the upper half of its second argument is 0 and the lower one, masked, is 0x540e. */
const ONE_REQUEST = program(
  [LOAD, 0],
  [EQUAL, 16, 0, 6],
  [LOAD, 28],
  [EQUAL, 0, 0, 4],
  [LOAD, 24],
  [AND, 0xffff],
  [EQUAL, 0x540e, 0, 1],
  [RETURN, ALLOW],
  [RETURN, EPERM],
);

test.each([
  ["that is known", [0, 0x540e], [ALLOW]],
  ["of which only some bits matter", [0, 0x7001540e], [ALLOW]],
  ["that is another", [0, 0x5401], [EPERM]],
  ["with a bit above 32", [0, 2 ** 32 + 0x540e], [EPERM]],
  ["that is unknown", [], [ALLOW, EPERM]],
])("an argument %s", (_, args, answers) => {
  expect([...(answersOf(ONE_REQUEST, { arch: ARCH, number: 16, args }) ?? [])].sort((a, b) => b - a)).toEqual(answers);
});

test("with all known, every condition leads where the kernel would go", () => {
  for (const [condition, k] of [
    [EQUAL, 5],
    [GREATER, 5],
    [AT_LEAST, 5],
    [BITS, 5],
  ] as const) {
    const code = program([LOAD, 0], [condition, k, 1, 0], [JUMP, 1], [RETURN, ALLOW], [RETURN, EPERM]);
    for (let number = 0; number < 12; number++) {
      const call = { arch: ARCH, number, args: [0, 0, 0, 0, 0, 0] };
      expect([...(answersOf(code, call) ?? [])]).toEqual([runFilter(code, call)]);
    }
  }
});

test("an instruction that no filter of libseccomp has, or a missing end, gives no answer", () => {
  expect(answersOf(program([0x61, 0]), { arch: ARCH, number: 0, args: [] })).toBeUndefined();
  expect(answersOf(program([LOAD, 0]), { arch: ARCH, number: 0, args: [] })).toBeUndefined();
});
