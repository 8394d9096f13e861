import { expect, test } from "bun:test";
import { canTrace, hasTracer } from "../../../../src/host/container/tracers.ts";

const status = (permitted: string, bounding: string): string =>
  `Name:\tx\nCapInh:\t0000000000080000\nCapPrm:\t${permitted}\nCapEff:\t0000000000000000\nCapBnd:\t${bounding}\nCapAmb:\t0000000000000000\n`;

test.each([
  ["0000000000080000", "0000000000000000", true],
  ["0000000000000000", "000001ffffffffff", true],
  ["00000000fff7ffff", "fffffffffff7ffff", false],
])("permitted %s, bounding %s", (permitted, bounding, expected) => {
  expect(canTrace(status(permitted, bounding))).toBe(expected);
});

test("nobody knows who traces a process that is not there", () => {
  expect([canTrace(""), canTrace(undefined), hasTracer(2 ** 22 + 1)]).toEqual([false, true, true]);
});
