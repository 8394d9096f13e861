/** GVariant text, as far as annotations of runc's have it. What is accepted, and as what, was compared with runc 1.1.5. */
import { expect, test } from "bun:test";
import { endOfType, splitSignature } from "../../../../src/base/bus-signature.ts";
import type { BusData } from "../../../../src/base/bus-value.ts";
import { parseVariantText, VariantFault } from "../../../../src/plan/systemd/variant-text.ts";
import { randomNumbers, SEED } from "../../../support/random.ts";

test.each<[string, string, BusData]>([
  ["true", "b", true],
  ["@b false", "b", false],
  ["boolean true", "b", true],
  ["5", "i", 5n],
  [" -5 ", "i", -5n],
  ["0x10", "i", 16n],
  ["010", "i", 8n],
  ["uint64 18446744073709551615", "t", (1n << 64n) - 1n],
  ["@t 77", "t", 77n],
  ["byte 255", "y", 255n],
  ["2.5", "d", 2.5],
  ["-1e3", "d", -1000],
  ["double 1", "d", 1],
  ["inf", "d", Number.POSITIVE_INFINITY],
  ["'a'", "s", "a"],
  ['"it\'s"', "s", "it's"],
  ["'\\u00e9\\n\\'\\q\\U0001F600'", "s", "é\n'q😀"],
  ["objectpath '/a'", "o", "/a"],
  ["['a', \"b\"]", "as", ["a", "b"]],
  ["['a',]", "as", ["a"]],
  ["@as []", "as", []],
  ["[uint32 1, 2]", "au", [1n, 2n]],
  ["[1, uint32 2]", "au", [1n, 2n]],
  ["[1, 2.5]", "ad", [1, 2.5]],
  ["[[], [1]]", "aai", [[], [1n]]],
  ["b'\\x01\\377'", "ay", [1n, 255n]],
  ["@ay [1]", "ay", [1n]],
  ["[('/dev/null', 'rw')]", "a(ss)", [["/dev/null", "rw"]]],
  ["@a(st) [('/dev/sda', 5)]", "a(st)", [["/dev/sda", 5n]]],
  ["(1, true)", "(ib)", [1n, true]],
])("%j is of type %s", (text, signature, value) => {
  expect(parseVariantText(text)).toEqual({ signature, value });
});

test.each<[string, string]>([
  ["", "a value is missing"],
  ["inactive", "text stands in quotes"],
  ["[]", "an empty array needs a type"],
  ["()", "a struct has members"],
  ["[1, 'a']", "a text stands where type i is expected"],
  ["[1 2]", '"," or "]" is missing before "2]"'],
  ["'a", "a quote is not closed"],
  ["'\\ud800'", "is no escape"],
  ["'a\\x00'", "there is a NUL in the text"],
  ["'\\", "is no escape"],
  ["5 6", '"6" follows the value'],
  ["byte 256", "256 is not between 0 and 255"],
  ["2147483648", "2147483648 is not between"],
  ["uint64 -1", "-1 is not between"],
  ["int32 1.5", "1.5 is not a whole number"],
  ["089", "begins as an octal number"],
  ["@q 'a'", "a text stands where type q is expected"],
  ["@() 1", "does not begin with a type"],
  ["@a", "does not begin with a type"],
  ["@t uint32 1", "a value of type u stands where type t is expected"],
  ["@v 1", "a number stands where type v is expected"],
  ["<'x'>", "is no value"],
  ["{'a': 1}", "is no value"],
  ["@(ss) ('a',)", "a struct stands where type (ss) is expected"],
  ["b'ā'", "is no byte"],
  ["[".repeat(100), "nested more than 32 times"],
  ["@t ".repeat(100), "nested more than 32 times"],
])("%j is refused: %s", (text, reason) => {
  expect(() => parseVariantText(text)).toThrow(reason);
});

test("any text is a value of the type that is told, or a fault", () => {
  const random = randomNumbers(71);
  const pieces = [
    "[",
    "]",
    "(",
    ")",
    ",",
    "'",
    '"',
    "\\",
    "@",
    "uint64 ",
    "@as ",
    "@a(st) ",
    "b'",
    "1",
    "-2.5",
    "true",
    "x",
    " ",
    "\\u0041",
    "0x",
  ];
  for (let turn = 0; turn < 20_000; turn++) {
    const text = Array.from({ length: 1 + Math.floor(random() * 12) }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    try {
      const { signature, value } = parseVariantText(text);
      expect([text, endOfType(signature, 0), fits(value, signature)]).toEqual([text, signature.length, true]);
    } catch (error) {
      if (!(error instanceof VariantFault)) throw new Error(`seed ${SEED}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
});

function fits(value: BusData, signature: string): boolean {
  if (signature.startsWith("a")) return Array.isArray(value) && value.every((one) => fits(one, signature.slice(1)));
  if (signature.startsWith("(")) {
    const types = splitSignature(signature.slice(1, -1)) ?? [];
    return Array.isArray(value) && value.length === types.length && value.every((one, i) => fits(one, types[i] ?? ""));
  }
  const kinds: Readonly<Record<string, string>> = { b: "boolean", d: "number", s: "string", o: "string", g: "string" };
  return typeof value === (kinds[signature] ?? "bigint");
}
