/** The wire format of Protocol Buffers: against bytes written out by hand from its description, and back. */
import { describe, expect, test } from "bun:test";
import { encodeMessage, type ProtoField, ProtoMessage } from "../../../src/base/protobuf.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

describe("what is encoded", () => {
  test.each<[string, ProtoField[], string]>([
    ["a number", [[1, 150]], "089601"],
    ["0", [[1, 0]], "0800"],
    ["a number above 2^32", [[1, 2 ** 40]], "08808080808020"],
    ["a field above 15", [[63, 1]], "f80301"],
    [
      "booleans",
      [
        [2, true],
        [3, false],
      ],
      "10011800",
    ],
    ["text", [[2, "testing"]], "120774657374696e67"],
    ["text of no letters", [[2, ""]], "1200"],
    ["text with bytes that are not UTF-8", [[1, "\udcff"]], "0a01ff"],
    ["a message in a message", [[3, [[1, 150]]]], "1a03089601"],
    [
      "a field that repeats",
      [
        [4, 1],
        [4, 2],
      ],
      "20012002",
    ],
  ])("%s", (_, fields, expected) => {
    expect(hex(encodeMessage(fields))).toBe(expected);
  });
});

test("what was encoded can be read again", () => {
  const message = new ProtoMessage(
    encodeMessage([
      [1, 2 ** 40],
      [2, "ä"],
      [500, [[7, true]]],
    ]),
  );
  expect([message.number(1), message.text(2), message.message(500)?.number(7), message.number(9)]).toEqual([2 ** 40, "ä", 1, undefined]);
});

test("a field of another kind than asked for is none", () => {
  const message = new ProtoMessage(
    encodeMessage([
      [1, 5],
      [2, "text"],
    ]),
  );
  expect([message.text(1), message.message(1), message.number(2)]).toEqual([undefined, undefined, undefined]);
});

test("fields of fixed size are passed over", () => {
  expect(new ProtoMessage(bytes("0901020304050607080d01020304" + "1005")).number(2)).toBe(5);
});

test.each([
  ["text that is longer than the message", "1207746573"],
  ["a number that does not end", "0880"],
  ["a number of eleven bytes", "08ffffffffffffffffffff01"],
  ["a fixed number that is cut off", "0901"],
  ["a kind that there is not", "0b"],
])("%s is no message", (_, text) => {
  expect(() => new ProtoMessage(bytes(text))).toThrow(RangeError);
});
