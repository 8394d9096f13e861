import { expect, test } from "bun:test";
import { byteLength, contains, decodeText, encodeText } from "../../../src/base/text.ts";

test("bytes that are not UTF-8 survive as text", () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xed, 0xa0, 0x80);
  expect(encodeText(decodeText(bytes))).toEqual(bytes);
  expect(byteLength(decodeText(bytes))).toBe(bytes.length);
  expect(decodeText(bytes, 2, 4)).toBe("é");
});

test.each([
  ["/a//b", "//", true],
  ["/a/b", "//", false],
  ["$&", "$&", true],
  ["a", "", false],
  ["", "a", false],
  ["a\0", "\0", true],
])("%j contains %j: %p", (text, part, expected) => {
  expect(contains(text, part)).toBe(expected);
});
