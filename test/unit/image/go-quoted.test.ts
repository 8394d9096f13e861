/** What skopeo reports quotes a registry's answer, and so any byte, as Go does. */
import { describe, expect, test } from "bun:test";
import { decodeGoQuoted } from "../../../src/image/format/go-quoted.ts";
import { reasonIn } from "../../../src/image/source/skopeo.ts";

test.each([
  ['"plain"', "plain"],
  ['""', ""],
  [String.raw`"a \"word\" and \\"`, 'a "word" and \\'],
  [String.raw`"\a\b\f\n\r\t\v\'"`, "\x07\b\f\n\r\t\v'"],
  [String.raw`"\x01\x1b[31m\x7f"`, "\x01\x1b[31m\x7f"],
  [String.raw`"\u00ad\U0001f600\u2028"`, "\u00ad\u{1f600}\u2028"],
  [String.raw`"\xff\ud800\U00110000\q\x1\u12g4\101"`, String.raw`\xff\ud800\U00110000\q\x1\u12g4\101`],
  ['"é日"', "é日"],
  ['"one" more="two"', "one"],
])("%s is %p", (quoted, expected) => {
  expect(decodeGoQuoted(quoted, 0)).toBe(expected);
});

test.each(["", "x", '"', '"open', String.raw`"open\"`, String.raw`"\x`, '"\\'])("%p is not quoted text", (text) => {
  expect(decodeGoQuoted(text, 0)).toBeUndefined();
});

describe("the reason that skopeo gives", () => {
  test.each([
    [String.raw`time="now" level=fatal msg="denied: \x1b[2J\a\v bad" more="x"`, "denied: \x1b[2J\x07\v bad"],
    ['level=warning msg="first"\nlevel=fatal msg="last"', "last"],
    ['level=fatal msg="never ends', 'level=fatal msg="never ends'],
    ["Error: no logrus", "Error: no logrus"],
    ["", undefined],
  ])("%p is %p", (told, expected) => {
    expect(reasonIn(told)).toBe(expected);
  });

  test("is found in linear time, however a message is quoted", () => {
    const before = process.cpuUsage(); // others on the processor do not count
    const endless = `msg="${"msg=".repeat(200_000)}`;
    expect(reasonIn(endless)).toBe(endless);
    expect(reasonIn(`msg="${"\\\\".repeat(500_000)}"`)).toBe("\\".repeat(500_000));
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
