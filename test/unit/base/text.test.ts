import { expect, test } from "bun:test";
import { byteLength, decodeText, encodeText } from "../../../src/base/text.ts";

test("bytes that are not UTF-8 survive as text", () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xed, 0xa0, 0x80);
  expect(encodeText(decodeText(bytes))).toEqual(bytes);
  expect(byteLength(decodeText(bytes))).toBe(bytes.length);
  expect(decodeText(bytes, 2, 4)).toBe("é");
});
