import { expect, test } from "bun:test";
import { visible, wrap } from "../../../../src/commands/text/wrap.ts";

test.each([
  ["a text that fits is one line", "one two", 10, ["one two"]],
  ["nothing is one empty line", "", 10, [""]],
  ["words go to the next line whole", "one two three", 7, ["one two", "three"]],
  ["a word is cut when it alone is too long", "abcdefghij", 4, ["abcd", "efgh", "ij"]],
  ["a long list is cut behind a comma", "aaa,bbb,ccc,ddd", 10, ["aaa,bbb,", "ccc,ddd"]],
  ["a long path is cut behind a slash", "/usr/local/lib", 8, ["/usr/", "local/", "lib"]],
  ["a character that takes two code units is one column", "💡💡💡💡", 2, ["💡💡", "💡💡"]],
])("%s", (_, text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

test("no line of any width is too long, and no character is lost but blanks", () => {
  const text = "make tmpfs file system as #15, options mode=755,size=65536k,set MOUNT_ATTR_NOSUID|MOUNT_ATTR_STRICTATIME /a/b/c";
  for (let width = 1; width < 120; width++) {
    const lines = wrap(text, width);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  }
});

test("a byte that is not UTF-8 is shown by its number", () => {
  expect(visible("a\udcffb\udc80😀\ud800")).toBe("a\\xffb\\x80😀\\u{d800}");
});

test("letters of every script stay, control characters do not", () => {
  expect(visible("größe 大小\t\u0007\u2066")).toBe("größe 大小\\u{9}\\u{7}\\u{2066}");
});
