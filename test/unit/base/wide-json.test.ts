import { expect, test } from "bun:test";
import { formatWideJson } from "../../../src/base/wide-json.ts";

test("integers of 64 bits keep every digit, and what is undefined is left out", () => {
  const value = { a: 18446744073709551615n, b: [1, "x\n", null, true], c: undefined, d: {}, 'e"': -1n };
  expect(formatWideJson(value)).toBe('{"a":18446744073709551615,"b":[1,"x\\n",null,true],"d":{},"e\\"":-1}');
});

test("anything else is as JSON.stringify has it", () => {
  const value = { a: 1.5, b: "é\u2028", c: [[], {}], d: false };
  expect(formatWideJson(value)).toBe(JSON.stringify(value));
});
