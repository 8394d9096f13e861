import { expect, test } from "bun:test";
import { plainJson } from "../../../src/base/plain-json.ts";

test("bytes that are not UTF-8 become U+FFFD, in names and in values", () => {
  expect(plainJson(JSON.stringify({ "k\udcff": ["\udc80a\udcffb", "\ud800"] }))).toBe('{"k\ufffd":["\ufffda\ufffdb","\ufffd"]}');
});

test.each([["\\udcff"], ["\\\\udcff"], ['"\\"\n\t\u0001\u2028'], ["😀"], ["ünïcode"]])("other text is what it was: %j", (text) => {
  expect(plainJson(JSON.stringify([text]))).toBe(JSON.stringify([text]));
});

test("what a terminal would obey is escaped, and means the same", () => {
  const value = { "a\u009b31m": "\u202eabc\u2066\u007f\u0085", tab: "\t", plain: "é漢🎉" };
  const json = plainJson(JSON.stringify(value));
  expect(json).toBe('{"a\\u009b31m":"\\u202eabc\\u2066\\u007f\\u0085","tab":"\\t","plain":"é漢🎉"}');
  expect(JSON.parse(json)).toEqual(value);
});
