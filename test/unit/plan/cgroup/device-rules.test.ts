/** Device rules against an independent oracle: 10,000 random lists, for both kinds of cgroup. */
import { expect, test } from "bun:test";
import { RuntimeError } from "../../../../src/base/errors.ts";
import { compileDeviceProgram } from "../../../../src/plan/cgroup/device-program.ts";
import { type DeviceLine, planDeviceLines, planDeviceRules } from "../../../../src/plan/cgroup/device-rules.ts";
import type { DeviceRule } from "../../../../src/spec/types.ts";

interface Request {
  readonly type: "b" | "c";
  readonly major: number;
  readonly minor: number;
  readonly access: readonly ("r" | "w" | "m")[];
}

/** runc's list, written out a second time. */
const RUNC_DEFAULTS: readonly DeviceRule[] = [
  ..."bc".split("").map((type) => ({ allow: true, type: type === "b" ? ("b" as const) : ("c" as const), access: "m" })),
  ...[
    [1, 3],
    [1, 5],
    [1, 7],
    [1, 8],
    [1, 9],
    [5, 0],
    [5, 2],
    [10, 200],
    [136, -1],
  ].map(([major = 0, minor = 0]) => ({
    allow: true,
    type: "c" as const,
    major,
    minor,
    access: "rwm",
  })),
];

/** The rules' meaning: for each letter of the request the last matching rule decides, and nothing is allowed by default. */
function oracle(rules: readonly DeviceRule[], request: Request): boolean {
  return request.access.every((letter) => {
    const last = [...rules, ...RUNC_DEFAULTS].findLast(
      (rule) =>
        ["a", "", request.type].includes(rule.type ?? "a") &&
        [-1, request.major].includes(rule.major ?? -1) &&
        [-1, request.minor].includes(rule.minor ?? -1) &&
        (rule.access ?? "").includes(letter),
    );
    return last?.allow ?? false;
  });
}

/** Just enough of the kernel's BPF machine; refuses what the verifier would refuse in a program without loops. */
function execute(program: readonly bigint[], request: Request): boolean {
  const bits = { m: 1, r: 2, w: 4 };
  const access = request.access.reduce((all, letter) => all | bits[letter], 0);
  const context = [(access << 16) | (request.type === "b" ? 1 : 2), request.major, request.minor];
  const registers: (bigint | undefined)[] = [];
  const read = (register: number): bigint => registers[register] ?? fail(`r${register} was never written`);
  for (let at = 0; ; ) {
    const word = program[at++] ?? fail("the end of the program was passed");
    const opcode = Number(word & 0xffn);
    const to = Number((word >> 8n) & 0xfn);
    const from = Number((word >> 12n) & 0xfn);
    const offset = Number(BigInt.asIntN(16, word >> 16n));
    const value = BigInt.asIntN(32, word >> 32n);
    if (opcode === 0x61) registers[to] = BigInt(context[offset / 4] ?? fail(`context has nothing at ${offset}`));
    else if (opcode === 0xb7) registers[to] = BigInt.asUintN(64, value);
    else if (opcode === 0xbf) registers[to] = read(from);
    else if (opcode === 0x77) registers[to] = read(to) >> value;
    else if (opcode === 0x57) registers[to] = read(to) & BigInt.asUintN(64, value);
    else if (opcode === 0x05) at += offset;
    else if (opcode === 0x55) at += read(to) !== BigInt.asUintN(64, value) ? offset : 0;
    else if (opcode === 0x45) at += (read(to) & BigInt.asUintN(64, value)) !== 0n ? offset : 0;
    else if (opcode === 0x95) return read(0) === 1n;
    else fail(`unknown opcode ${opcode}`);
  }
}

function fail(reason: string): never {
  throw new Error(reason);
}

/** security/device_cgroup.c in small: writes to the two files, then one check. */
function enforce(lines: readonly DeviceLine[], request: Request): boolean {
  let allowed = true;
  let exceptions: { devices: string; access: string }[] = [];
  for (const { file, text } of lines) {
    const [type = "", numbers = "", access = ""] = text.split(" ");
    if (type === "a") {
      allowed = file === "devices.allow";
      exceptions = [];
    } else if ((file === "devices.allow") !== allowed) exceptions.push({ devices: `${type} ${numbers}`, access });
    else fail(`a line that would be ignored: ${file} ${text}`);
  }
  const { type, major, minor } = request;
  const names = [`${type} ${major}:${minor}`, `${type} ${major}:*`, `${type} *:${minor}`, `${type} *:*`];
  const fitting = exceptions.filter(({ devices }) => names.includes(devices));
  if (allowed) return !fitting.some(({ access }) => request.access.some((letter) => access.includes(letter)));
  return fitting.some(({ access }) => request.access.every((letter) => access.includes(letter)));
}

/** A small seeded generator, so that a failure can be reproduced (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below) | 0;
  };
}

function pick<T>(next: (below: number) => number, items: readonly [T, ...T[]]): T {
  return items[next(items.length)] ?? items[0];
}

const SETS = ["r", "w", "m", "rw", "rm", "wm", "rwm"] as const;

function randomRule(next: (below: number) => number): DeviceRule {
  const number = (): number => pick(next, [-1, -1, 1, 3, 5, 8, 136, 200]);
  if (next(6) === 0) return { allow: next(2) === 0, access: "rwm" };
  const rule = { allow: next(2) === 0, access: pick(next, SETS), type: pick(next, ["a", "b", "c", ""] as const) };
  return next(4) === 0 ? rule : { ...rule, major: number(), minor: number() };
}

function randomRequest(next: (below: number) => number): Request {
  const [first = "r", ...rest] = [...pick(next, SETS)] as ("r" | "w" | "m")[];
  const number = (): number => pick(next, [0, 1, 3, 5, 8, 136, 200]);
  return { type: pick(next, ["b", "c"] as const), major: number(), minor: number(), access: [first, ...rest] };
}

function lists(): { rules: DeviceRule[]; requests: Request[] }[] {
  const next = random(20240917);
  return Array.from({ length: 10_000 }, () => ({
    rules: Array.from({ length: next(9) }, () => randomRule(next)),
    requests: Array.from({ length: 4 }, () => randomRequest(next)),
  }));
}

test("the program decides as the rules say", () => {
  let allowed = 0;
  for (const { rules, requests } of lists()) {
    const program = compileDeviceProgram(planDeviceRules(rules));
    for (const request of requests) {
      const expected = oracle(rules, request);
      if (expected) allowed++;
      if (execute(program, request) !== expected) fail(JSON.stringify({ rules, request, expected }));
    }
  }
  expect(allowed).toBeGreaterThan(7_000);
  expect(allowed).toBeLessThan(33_000);
});

test("the lines for cgroup v1 decide as the rules say, or the rules are refused", () => {
  let refused = 0;
  for (const { rules, requests } of lists()) {
    const lines = attempt(() => planDeviceLines(planDeviceRules(rules)));
    if (lines === undefined) refused++;
    for (const request of lines === undefined ? [] : requests) {
      // v1 wants one line for all letters of a request, so it may be stricter there, but never laxer
      const expected = oracle(rules, request);
      const actual = enforce(lines ?? [], request);
      if (request.access.length === 1 ? actual !== expected : actual && !expected) fail(JSON.stringify({ rules, request, expected }));
    }
  }
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(8_000);
});

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "unsupported") return undefined;
    throw error;
  }
}

test("without rules everything but the defaults is denied", () => {
  const program = compileDeviceProgram(planDeviceRules([]));
  const allows = (type: "b" | "c", major: number, minor: number, access: Request["access"]): boolean =>
    execute(program, { type, major, minor, access });
  expect([allows("c", 1, 3, ["r", "w"]), allows("c", 1, 1, ["r"]), allows("b", 8, 0, ["r"]), allows("b", 8, 0, ["m"])]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("runc's list for a default bundle becomes the lines that runc's container has", () => {
  const lines = planDeviceLines(planDeviceRules([{ allow: false, access: "rwm" }]));
  expect(lines[0]).toEqual({ file: "devices.deny", text: "a *:* rwm", origin: "/linux/resources/devices/0" });
  expect(
    lines
      .slice(1)
      .map(({ file, text }) => `${file} ${text}`)
      .sort(),
  ).toEqual(
    [
      "b *:* m",
      "c *:* m",
      "c 10:200 rwm",
      "c 136:* rwm",
      "c 1:3 rwm",
      "c 1:5 rwm",
      "c 1:7 rwm",
      "c 1:8 rwm",
      "c 1:9 rwm",
      "c 5:0 rwm",
      "c 5:2 rwm",
    ].map((text) => `devices.allow ${text}`),
  );
});

test("access is r, w and m in any order, repeated at will", () => {
  const [expected] = planDeviceRules([{ allow: true, type: "c", major: 1, minor: 11, access: "rwm" }]);
  for (const access of ["mwr", "wmr", "rwmrwm", "mmmwwwrrr"]) {
    expect(planDeviceRules([{ allow: true, type: "c", major: 1, minor: 11, access }])[0]).toEqual(expected);
  }
});

test.each<[string, DeviceRule, string]>([
  ["access is missing", { allow: true }, 'access "" is not made of r, w and m'],
  ["access has other letters", { allow: true, access: "rx" }, 'access "rx" is not made of r, w and m'],
])("a rule is refused when %s", (_, rule, reason) => {
  expect(() => planDeviceRules([rule])).toThrow(reason);
});

test("an exception from a wider rule is refused on cgroup v1, and the error names its rule", () => {
  const rules = planDeviceRules([
    { allow: true, type: "c", access: "rwm" },
    { allow: false, type: "c", major: 1, minor: 11, access: "rw" },
  ]);
  expect(() => planDeviceLines(rules)).toThrow(
    expect.objectContaining({ code: "unsupported", detail: expect.objectContaining({ pointer: "/linux/resources/devices/1" }) }),
  );
});

test("of a hundred thousand rules each is looked at once", () => {
  const rules = Array.from(
    { length: 100_000 },
    (_, i) => ({ allow: i % 2 === 0, type: "c", major: 300 + (i >> 8), minor: i & 255, access: "rw" }) as const,
  );
  const lines = planDeviceLines(planDeviceRules(rules));
  expect(lines.filter(({ text }) => / \d+:\d+ rw$/.test(text))).toHaveLength(50_000);
});
