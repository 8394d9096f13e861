/** CRIU's list of mounts, without what ties them to the host's. */
import { expect, test } from "bun:test";
import { type Bytes, concat, put32 } from "../../../../src/base/bytes.ts";
import { encodeMessage, type ProtoField, ProtoMessage } from "../../../../src/base/protobuf.ts";
import { untieMounts } from "../../../../src/plan/criu/mount-image.ts";

const HEAD = Uint8Array.from([0x19, 0x43, 0x56, 0x54, 0x28, 0x39, 0x56, 0x55]);

function listOf(...mounts: readonly (readonly ProtoField[])[]): Bytes {
  const entries = mounts.flatMap((fields) => {
    const entry = encodeMessage(fields);
    const length = new Uint8Array(4);
    put32(length, 0, entry.length);
    return [length, entry];
  });
  return concat([HEAD, ...entries]);
}

const PRIVATE: readonly ProtoField[] = [
  [2, 1],
  [7, "/private"],
  [18, "/private"],
];
const SLAVE: readonly ProtoField[] = [
  [2, 2],
  [7, "/slave"],
  [11, 41],
  [18, "/slave"],
];
const OLD: readonly ProtoField[] = [
  [2, 3],
  [7, "/old"],
  [11, 41],
  [13, true],
];
const SHARED: readonly ProtoField[] = [
  [2, 4],
  [7, "/shared"],
  [10, 7],
  [11, 41],
  [18, "/shared"],
];
const OWN: readonly ProtoField[] = [
  [2, 5],
  [7, "/"],
  [11, 41],
];

test("slaves of the host's that are external become slaves of nobody", () => {
  const { image, mountPoints } = untieMounts(listOf(PRIVATE, SLAVE, OLD, SHARED, OWN));
  expect(mountPoints).toEqual(["/slave", "/old"]);
  expect(image).toEqual(listOf(PRIVATE, [...SLAVE, [11, 0]], [...OLD, [11, 0]], SHARED, OWN));
});

test("of a field that stands there twice the last one counts", () => {
  expect(new ProtoMessage(encodeMessage([...SLAVE, [11, 0]])).number(11)).toBe(0);
});

test("a list without any is the same", () => {
  for (const list of [listOf(), listOf(PRIVATE, OWN)]) expect(untieMounts(list)).toEqual({ image: list, mountPoints: [] });
});

test("what is cut off, or no list, is a range error", () => {
  const whole = listOf(PRIVATE, SLAVE);
  for (let length = HEAD.length + 1; length < whole.length; length++) {
    const isBetween = length === listOf(PRIVATE).length;
    if (isBetween) continue;
    expect(() => untieMounts(whole.subarray(0, length))).toThrow(RangeError);
  }
  expect(() => untieMounts(Uint8Array.from([...HEAD, 1, 0, 0, 0, 0x0f]))).toThrow(RangeError);
});
