/** Foreign JSON, before any of it is trusted. */
import { expect, test } from "bun:test";
import { parseJson } from "../../../src/image/format/json-shape.ts";

const parse = (text: string): unknown => parseJson(Buffer.from(text), "index.json");

test("a document may have many brackets, in strings and beside each other", () => {
  const many = Array.from({ length: 5000 }, () => ({ a: ['[[[{{{"\\'] }));
  expect(parse(JSON.stringify(many))).toEqual(many);
});

test("a byte order mark is no part of it", () => {
  expect(parse("\ufeff[1]")).toEqual([1]);
});

test.each([
  ["lists", "[", "]"],
  ["objects", '{"a":', "}"],
])("%s nested a hundred thousand levels deep are refused, closed or not", (_, opening, closing) => {
  for (const end of ["", `1${closing.repeat(100_000)}`]) {
    expect(() => parse(opening.repeat(100_000) + end)).toThrow("cannot read index.json: it is nested deeper than 1000 levels");
  }
});

test("brackets in strings are no levels, whatever is escaped in them", () => {
  const brackets = "[{".repeat(2000);
  const value = { a: [brackets, `${brackets}"\\`, `\\"${brackets}`, `${brackets}\\\\`], "[": brackets };
  expect(parse(JSON.stringify(value))).toEqual(value);
  const deep = `${"[".repeat(1001)}"]]]"`;
  expect(() => parse(deep)).toThrow("cannot read index.json: it is nested deeper than 1000 levels");
});

test.each(["{},", "[],", "0,", '"",'])("five million times %s is refused before it takes memory", (piece) => {
  const text = `{"a":[${piece.repeat(5e6)}0]}`;
  expect(() => parse(text)).toThrow("cannot read index.json: it has more than 400000 values");
  expect(parse(JSON.stringify({ text }))).toEqual({ text });
});

test.each([
  ["an escaped quotation mark", '\\"'],
  ["an escaped backslash", "\\\\"],
  ["a quotation mark", '"'],
  ["a bracket", "[]"],
])(
  "sixteen megabytes of %s in a text that ends too early are looked at once",
  (_, piece) => {
    const text = `${"[".repeat(998)}[[]]"${piece.repeat(16e6 / piece.length)}`;
    expect(() => parse(text)).toThrow("cannot read index.json: it is no");
  },
  20_000,
);

test.each([
  ["", "it is no JSON"],
  ["{", "it is no JSON"],
  ["\xff", "it is no JSON: it is not UTF-8"],
  ['"\xed\xa0\x80"', "it is no JSON: it is not UTF-8"],
])("%j is refused", (text, reason) => {
  expect(() => parseJson(Buffer.from(text, "latin1"), "index.json")).toThrow(`cannot read index.json: ${reason}`);
});
