import { expect, test } from "bun:test";
import { ageText, columns, shortDigest, sizeText } from "../../../../src/commands/text/columns.ts";

test("every column is as wide as its widest cell, and control characters are shown", () => {
  expect(
    columns([
      ["A", "B", "C"],
      ["long", "é", "x"],
      ["a\u001b[31m", "bb", ""],
    ]),
  ).toBe("A             B    C\nlong          é    x\na\\u{1b}[31m   bb   \n");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [99_949, "99.9 kB"],
  [99_950, "100 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [74_200_000, "74.2 MB"],
  [3 * 1e15, "3.0 PB"],
  [5e18, "5000 PB"],
])("%p bytes are %p", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each([
  [-5, "0 seconds ago"],
  [999, "0 seconds ago"],
  [1000, "1 second ago"],
  [59_999, "59 seconds ago"],
  [60_000, "1 minute ago"],
  [3_599_999, "59 minutes ago"],
  [7_200_000, "2 hours ago"],
  [86_400_000, "1 day ago"],
  [400 * 86_400_000, "400 days ago"],
])("%p milliseconds are %p", (milliseconds, text) => {
  expect(ageText(milliseconds)).toBe(text);
});

test("a short digest is twelve digits", () => {
  expect(shortDigest(`sha256:${"0123456789abcdef".repeat(4)}`)).toBe("0123456789ab");
});
