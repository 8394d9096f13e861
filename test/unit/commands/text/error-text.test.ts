import { expect, test } from "bun:test";
import { during, RuntimeError } from "../../../../src/base/errors.ts";
import { describeError, errorLine, errorLines } from "../../../../src/commands/text/error-text.ts";
import { formatLogLine } from "../../../../src/commands/text/log-line.ts";

const FAILURE = new RuntimeError("kernel", 'cannot mount "x" on /dev: no such device', {
  pointer: "/mounts/3",
  call: "fsopen(2)",
  errno: "ENODEV",
  hint: "load the module",
});
const TIME = new Date("2026-01-02T03:04:05.678Z");

test("that memory ran out is no bug of lamina's", () => {
  const error = Object.assign(new Error("out of memory"), { name: "InternalError" });
  expect(describeError(error)).toEqual({ message: "out of memory", details: [] });
  expect(describeError(Object.assign(new Error("stack overflow"), { name: "InternalError" })).details).toHaveLength(2);
});

test("what failed first is told, whatever failed when things were closed", () => {
  const closing = new RuntimeError("kernel", "cannot open directory x: too many open files");
  const suppressed = new SuppressedError(closing, new SuppressedError(closing, FAILURE));
  expect(describeError(suppressed)).toEqual(describeError(FAILURE));
  const work = (): never => {
    throw suppressed;
  };
  expect(() => during("cannot import x", work)).toThrow('cannot import x: cannot mount "x" on /dev');
});

test("a terminal gets the sentence first and the details below it", () => {
  expect(errorLines(describeError(FAILURE))).toBe(
    'cannot mount "x" on /dev: no such device\n  config.json: /mounts/3\n  kernel: fsopen(2) gave ENODEV\n  hint: load the module',
  );
});

test("no escape sequence reaches the terminal, whoever wrote the text", () => {
  const text = describeError(new RuntimeError("kernel", "stdout: \u001b]0;title\u0007a\nb\r", { hint: "\u009b2J" }));
  expect(errorLines(text)).toBe("stdout: \\u{1b}]0;title\\u{7}a\nb\\u{d}\n  hint: \\u{9b}2J");
});

test("a log gets one line that begins with the sentence", () => {
  expect(errorLine(describeError(FAILURE))).toBe(
    'cannot mount "x" on /dev: no such device (config.json: /mounts/3; kernel: fsopen(2) gave ENODEV; hint: load the module)',
  );
});

test("an error without details is only its sentence", () => {
  const text = describeError(new RuntimeError("not-found", "container does not exist"));
  expect([errorLine(text), errorLines(text)]).toEqual(["container does not exist", "container does not exist"]);
});

test("any other error is called a bug, and keeps its stack", () => {
  const text = errorLines(describeError(new TypeError("x is not a function")));
  expect(text).toStartWith("TypeError: x is not a function\n");
  expect(text).toContain("error-text.test.ts");
  expect(text).toEndWith("\n  this is a bug in lamina: please report it with these lines");
});

test("a line of the json log is what containerd's shim reads", () => {
  const line = formatLogLine("json", { level: "error", message: 'a "b"\nc', time: TIME });
  expect(line).toBe('{"level":"error","msg":"a \\"b\\"\\nc","time":"2026-01-02T03:04:05Z"}\n');
});

test("a line of the text log is logfmt, in one line whatever the message", () => {
  const line = formatLogLine("text", { level: "warning", message: 'a "b"\nc', time: TIME });
  expect(line).toBe('time="2026-01-02T03:04:05Z" level=warning msg="a \\"b\\"\\nc"\n');
});
