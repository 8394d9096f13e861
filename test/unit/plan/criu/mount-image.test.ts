/** CRIU's list of mounts, without what ties them to the host's. */
import { describe, expect, test } from "bun:test";
import { type Bytes, concat, put32 } from "../../../../src/base/bytes.ts";
import { encodeMessage, type ProtoField, ProtoMessage } from "../../../../src/base/protobuf.ts";
import { hasTiedMount, untieMounts } from "../../../../src/plan/criu/mount-image.ts";

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
/** Whatever spreads to the next one comes from it. */
const MASTER: readonly ProtoField[] = [
  [2, 6],
  [7, "/master"],
  [10, 8],
  [11, 41],
  [18, "/master"],
];
const ITS_SLAVE: readonly ProtoField[] = [
  [2, 7],
  [7, "/inner"],
  [11, 8],
];
const PEER_OF_HOST: readonly ProtoField[] = [
  [2, 8],
  [7, "/peer"],
  [10, 41],
  [18, "/peer"],
];
const OWN: readonly ProtoField[] = [
  [2, 5],
  [7, "/"],
  [11, 41],
];

const untied = (mount: readonly ProtoField[]): ProtoField[] => [...mount, [10, 0], [11, 0]];

test("slaves of the host's that are external become slaves of nobody, and are not shared", () => {
  const { image, mountPoints } = untieMounts(listOf(PRIVATE, SLAVE, OLD, SHARED, OWN));
  expect(mountPoints).toEqual(["/slave", "/old", "/shared"]);
  expect(image).toEqual(listOf(PRIVATE, untied(SLAVE), untied(OLD), untied(SHARED), OWN));
});

test("one whose group has others in the container stays in it", () => {
  const peers = [SHARED, [...SHARED, [2, 9], [7, "/peer"]] as const, MASTER, ITS_SLAVE];
  expect(untieMounts(listOf(...peers))).toEqual({ image: listOf(...peers), mountPoints: [] });
});

test("of a field that stands there twice the last one counts", () => {
  expect(new ProtoMessage(encodeMessage(untied(SLAVE))).number(11)).toBe(0);
});

test("a list without any is the same", () => {
  for (const list of [listOf(), listOf(PRIVATE, OWN)]) expect(untieMounts(list)).toEqual({ image: list, mountPoints: [] });
});

describe("of several lists, a mount is tied to the host's", () => {
  test.each([
    ["if one is a slave of a mount in none of them", [listOf(PRIVATE), listOf(OWN, SLAVE)], true],
    ["not if its master is in one of them", [listOf(PEER_OF_HOST), listOf(SLAVE)], false],
    ["not if it is not external", [listOf(OWN), listOf(PRIVATE)], false],
    ["not if all are shared, and slaves of nobody", [listOf(PEER_OF_HOST), listOf(PEER_OF_HOST)], false],
  ] as const)("%s", (_, lists, expected) => {
    expect(hasTiedMount(lists)).toBe(expected);
  });
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
