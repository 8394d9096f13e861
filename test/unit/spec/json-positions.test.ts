/** Places in JSON texts, and the place of syntax errors. */
import { expect, test } from "bun:test";
import { eachNumber, findFault, locate, Places } from "../../../src/spec/json-positions.ts";

const TEXT = `{
\t"a": 1,
  "b": { "c": [10, {"d": "x"}, [true, null]] },
  "ü😀": {"e/f": {"~": -1.5e3}}, "after": "😀", "end": 2,
  "e\\u0073c": "q\\"}{", "": 0, "twice": 1, "twice": 2
}`;

test.each([
  ["the whole", "", 1, 1],
  ["a member after a tab", "/a", 2, 7],
  ["an object", "/b", 3, 8],
  ["an item of an array", "/b/c/0", 3, 16],
  ["a member of an item", "/b/c/1/d", 3, 26],
  ["an item of an array in an array", "/b/c/2/1", 3, 39],
  ["a key outside of ASCII, counted in characters", "/ü😀", 4, 9],
  ["keys that a pointer must escape", "/ü😀/e~1f/~0", 4, 23],
  ["a value behind characters of two code units", "/end", 4, 54],
  ["a key that is written with an escape", "/esc", 5, 15],
  ["the empty key", "/", 5, 28],
  ["the last of doubled keys", "/twice", 5, 52],
])("%s is found at its line and column", (_, pointer, line, column) => {
  expect(locate(TEXT, pointer)).toEqual({ line, column });
});

test.each(["/x", "/a/b", "/b/c/3", "/b/c/x", "/b/c/00"])("%s is nowhere", (pointer) => {
  expect(locate(TEXT, pointer)).toBeUndefined();
});

test("the content of the first of duplicate keys has no place", () => {
  const text = '{"a": {"b": 1, "c": 2},\n "a": {"c": 3}}';
  expect([locate(text, "/a/b"), locate(text, "/a/c")]).toEqual([undefined, { line: 2, column: 13 }]);
});

test("thousands of places in a large text are found in one pass", () => {
  const items = Array.from({ length: 20_000 }, (_, i) => ({ destination: `/a/${i}`, source: "x".repeat(50) }));
  const text = JSON.stringify({ items }, null, 2);
  const pointers = items.map((_, i) => `/items/${i}/source`);
  const places = new Places(text, pointers);
  expect(pointers.map((pointer) => places.place(places.nearestSpan(pointer)).line)).toEqual(items.map((_, i) => 5 + 4 * i));
});

test("the place of a missing value is that of the nearest enclosing one", () => {
  const places = new Places('{"a": {"b": [1]}}', ["/a/b/7/c", "/x"]);
  expect(["/a/b/7/c", "/x", "", "/not/asked/for"].map((pointer) => places.nearestSpan(pointer).start)).toEqual([12, 0, 0, 0]);
  expect(places.span("/a/b/7/c")).toBeUndefined();
});

test("a text that is nested a hundred thousand levels deep has places, and numbers", () => {
  const deep = `{"a": ${"[".repeat(100_000)}5${"]".repeat(100_000)}, "b": -1.5}`;
  expect(locate(deep, "/b")).toEqual({ line: 1, column: 200_015 });
  const numbers: [number, string][] = [];
  eachNumber(deep, (keys, source) => void numbers.push([keys.length, source]));
  expect(numbers).toEqual([
    [100_001, "5"],
    [1, "-1.5"],
  ]);
  expect(findFault(deep)).toEqual({ line: 1, column: 1006, problem: "nested too deeply: more than 1000 levels" });
});

test("a byte order mark and Windows line ends do not shift anything", () => {
  expect(locate('\uFEFF{\r\n  "a": 1,\r\n  "b": 2\r\n}', "/b")).toEqual({ line: 3, column: 8 });
  expect(locate('\uFEFF{"a": 1}', "/a")).toEqual({ line: 1, column: 7 });
});

test("the source of a value is what the file says, not what JSON.parse made of it", () => {
  const sourceOf = (text: string, pointer: string): string => {
    const { start, end } = new Places(text, [pointer]).nearestSpan(pointer);
    return text.slice(start, end);
  };
  expect(sourceOf('{"a": [1.0, 18446744073709551615]}', "/a/1")).toBe("18446744073709551615");
  expect(sourceOf('{"a": {"b" : [ ]} }', "/a")).toBe('{"b" : [ ]}');
});

test.each([
  ["", 1, 1, "a value", "the end of the file"],
  ["  \n", 2, 1, "a value", "the end of the file"],
  ['{"a": 1,}', 1, 9, "a property name in double quotes", '"}"'],
  ["[1, 2,]", 1, 7, "a value", '"]"'],
  ['{"a": 1\n "b": 2}', 2, 2, '"," or "}"', '"\\""'],
  ['{"a" 1}', 1, 6, '":"', '"1"'],
  ["{'a': 1}", 1, 2, "a property name in double quotes", '"\'"'],
  ["{a: 1}", 1, 2, "a property name in double quotes", '"a"'],
  ['{"a": tru}', 1, 7, "a value", '"tru"'],
  ['{"a": truest}', 1, 11, '"," or "}"', '"st"'],
  ['{"a": 01}', 1, 8, '"," or "}"', '"1"'],
  ['{"a": +1}', 1, 7, "a value", '"+1"'],
  ['{"a": NaN}', 1, 7, "a value", '"NaN"'],
  ['{"a": 1} x', 1, 10, "the end of the file", '"x"'],
  ['{"a": "b\n"}', 1, 9, 'a closing " or an escape', "the end of the line"],
  ['{"a": "\\x"}', 1, 8, "a JSON escape", '"\\\\"'],
  ['{"a": "\\u12G4"}', 1, 8, "a JSON escape", '"\\\\"'],
  ['{"a": // why\n 1}', 1, 7, "a value", '"/"'],
  ['{"a": [1, {"b": 2]}', 1, 18, '"," or "}"', '"]"'],
  ['{"😀": 😀}', 1, 7, "a value", '"😀"'],
  ['{"a": "', 1, 8, 'a closing " or an escape', "the end of the file"],
])("%j is faulty at %i:%i", (text, line, column, expected, found) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findFault(text)).toEqual({ line, column, problem: `not valid JSON: expected ${expected}, found ${found}` });
});

test("the scanner and JSON.parse agree on every text with one character removed or inserted", () => {
  const short = '{"a":[1,-2.5e+3,{"b":"\\u00e9\\n"}],"":null,"t":true}';
  const variants = Array.from(short, (_, i) => [
    short.slice(0, i) + short.slice(i + 1),
    ...['"', "{", "]", ",", ":", "0", "\\", "\n", "-", "e", "\u0001", "."].map((c) => short.slice(0, i) + c + short.slice(i)),
  ]).flat();
  const disagreements = variants.filter((text) => isJson(text) !== (findFault(text) === undefined));
  expect(variants.length).toBeGreaterThan(600);
  expect(disagreements).toEqual([]);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
