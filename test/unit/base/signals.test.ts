import { expect, test } from "bun:test";
import { constants } from "node:os";
import { ENDING_SIGNALS, parseSignal, SIGNALS, signalName } from "../../../src/base/signals.ts";

test.each([
  ["TERM", 15],
  ["SIGTERM", 15],
  ["sigterm", 15],
  ["15", 15],
  ["0", 0],
  ["64", 64],
  ["iot", 6],
  ["RTMIN", 34],
  ["SIGRTMIN+3", 37],
  ["rtmax-1", 63],
])("the signal %s is number %d", (text, number) => {
  expect(parseSignal(text)).toBe(number);
});

test.each(["", "SIG", "FOO", "65", "-1", "1.0", " 15", "RTMIN-1", "RTMAX+1", "RTMIN+31", "constructor", "SIGSIGTERM", "1e1"])(
  "the signal %p is refused in runc's words",
  (text) => {
    expect(() => parseSignal(text)).toThrow(`unknown signal ${JSON.stringify(text)}`);
  },
);

test("every name reads back as the number it was printed for", () => {
  for (const number of [...Object.values(SIGNALS), 34, 35, 64]) expect(parseSignal(signalName(number))).toBe(number);
  expect(signalName(33)).toBe("signal 33");
});

test("the table agrees with the C library's", () => {
  const known: Readonly<Record<string, number>> = SIGNALS;
  for (const [name, number] of Object.entries(constants.signals)) {
    if (Object.hasOwn(known, name)) expect([name, known[name]]).toEqual([name, number]);
    else expect([name, parseSignal(name)]).toEqual([name, number]);
  }
});

test("a process ends by these signals of others", () => {
  expect(ENDING_SIGNALS.filter((signal) => signal < 32).map(signalName)).toEqual(
    "SIGHUP SIGINT SIGQUIT SIGUSR1 SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGIO SIGPWR".split(" "),
  );
  expect(ENDING_SIGNALS.filter((signal) => signal > 31)).toEqual(Array.from({ length: 31 }, (_, i) => 34 + i));
});
