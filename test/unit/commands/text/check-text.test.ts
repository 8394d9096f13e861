import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import { formatCheckJson, formatCheckText, hasErrors } from "../../../../src/commands/text/check-text.ts";
import type { PlacedFinding } from "../../../../src/host/check/check.ts";

const ERROR: PlacedFinding = {
  severity: "error",
  pointer: "/root/path",
  location: "config.json:4:9",
  problem: "there is no /r",
  hint: "make it",
};
const WARNING: PlacedFinding = { severity: "warning", pointer: "", location: null, problem: "it is odd" };
const checked = (...findings: readonly PlacedFinding[]) => ({ bundle: hostPath("/b"), findings, more: { errors: 0, warnings: 0 } });

test.each([
  ["nothing", checked(), ["ok: /b can run here"]],
  ["a warning", checked(WARNING), ["warning: it is odd", "ok: /b can run here, with 1 warning"]],
  [
    "an error",
    checked(ERROR),
    ["error: config.json:4:9 /root/path: there is no /r", "  hint: make it", "not ok: /b cannot run here: 1 error"],
  ],
  [
    "several of both",
    checked(WARNING, ERROR, ERROR, WARNING),
    [
      ...["warning: it is odd", "error: config.json:4:9 /root/path: there is no /r", "  hint: make it"],
      ...["error: config.json:4:9 /root/path: there is no /r", "  hint: make it", "warning: it is odd"],
      "not ok: /b cannot run here: 2 errors and 2 warnings",
    ],
  ],
])("%s makes this text", (_, result, lines) => {
  expect(formatCheckText(result)).toBe(`${lines.join("\n")}\n`);
});

test("only errors are a failure", () => {
  expect([hasErrors(checked()), hasErrors(checked(WARNING)), hasErrors(checked(WARNING, ERROR))]).toEqual([false, false, true]);
});

test("in JSON every problem has the same members", () => {
  expect(JSON.parse(formatCheckJson(checked(ERROR, WARNING)))).toEqual({
    bundle: "/b",
    ok: false,
    problems: [ERROR, { ...WARNING, hint: null }],
  });
});

test("an escape sequence in a pointer is escaped", () => {
  expect(formatCheckText(checked({ ...WARNING, pointer: "/annotations/\u001b[2J" }))).toContain("/annotations/\\u{1b}[2J");
});

test("problems that are not shown are counted", () => {
  const many = { ...checked(ERROR), more: { errors: 3, warnings: 2 } };
  expect(formatCheckText(many)).toEndWith("\nand 5 more problems\nnot ok: /b cannot run here: 4 errors and 2 warnings\n");
  expect(JSON.parse(formatCheckJson(many))).toMatchObject({ ok: false, more: 5 });
  expect(hasErrors({ ...checked(), more: { errors: 1, warnings: 0 } })).toBe(true);
});
