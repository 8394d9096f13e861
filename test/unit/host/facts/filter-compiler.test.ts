/** Compiled filters, run call by call: they answer what the profile says. */
import { expect, test } from "bun:test";
import { compileFilter } from "../../../../src/host/facts/filter-compiler.ts";
import { FILTER_ACTIONS } from "../../../../src/plan/filter/filter-words.ts";
import type { Seccomp, SeccompAction, SeccompOperator, SeccompRule } from "../../../../src/spec/types.ts";
import { callNumber } from "../../../../src/sys/library/libseccomp.ts";
import { type FilteredCall, runFilter } from "../../../support/filter-program.ts";
import { podmanProfile } from "../../../support/podman-profile.ts";
import { randomNumbers } from "../../../support/random.ts";
import { requires } from "../../../support/requires.ts";

const ARCH = process.arch === "arm64" ? 0xc00000b7 : 0xc000003e;
const [ALLOW, EPERM, ENOSYS] = [0x7fff0000, 0x00050001, 0x00050026];
const there = requires("libseccomp");

function number(name: string): number {
  const found = callNumber(name);
  if (found === undefined) throw new Error(`libseccomp does not know ${name}`);
  return found;
}

function answer(seccomp: Seccomp, name: string, args: FilteredCall["args"] = []): number {
  return runFilter(compileFilter(seccomp), { arch: ARCH, number: number(name), args });
}

const rule = (names: readonly string[], action: SeccompAction, more: Partial<SeccompRule> = {}): SeccompRule => ({
  names,
  action,
  ...more,
});

test.if(there)("the default holds for what no rule names", () => {
  const seccomp: Seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls: [rule(["read", "statx"], "SCMP_ACT_ALLOW")] };
  expect([answer(seccomp, "read"), answer(seccomp, "write")]).toEqual([ALLOW, EPERM]);
});

test.if(there).each([
  ["SCMP_ACT_KILL", undefined, 0],
  ["SCMP_ACT_KILL_THREAD", undefined, 0],
  ["SCMP_ACT_KILL_PROCESS", undefined, 0x80000000],
  ["SCMP_ACT_TRAP", undefined, 0x00030000],
  ["SCMP_ACT_ERRNO", undefined, EPERM],
  ["SCMP_ACT_ERRNO", 0, 0x00050000],
  ["SCMP_ACT_ERRNO", 4094, 0x00050ffe],
  ["SCMP_ACT_TRACE", undefined, 0x7ff00001],
  ["SCMP_ACT_TRACE", 65535, 0x7ff0ffff],
  ["SCMP_ACT_LOG", undefined, 0x7ffc0000],
  ["SCMP_ACT_NOTIFY", undefined, 0x7fc00000],
] satisfies [SeccompAction, number | undefined, number][])("%s with errnoRet %p", (action, errnoRet, expected) => {
  const one = rule(["mkdirat"], action, errnoRet === undefined ? {} : { errnoRet });
  expect(answer({ defaultAction: "SCMP_ACT_ALLOW", listenerPath: "/l", syscalls: [one] }, "mkdirat")).toBe(expected);
  expect(answer({ defaultAction: "SCMP_ACT_ALLOW", listenerPath: "/l", syscalls: [one] }, "read")).toBe(ALLOW);
});

test.if(there)("the default may have an errno of its own", () => {
  const seccomp: Seccomp = { defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 13, syscalls: [rule(["statx"], "SCMP_ACT_ALLOW")] };
  expect(answer(seccomp, "read")).toBe(0x0005000d);
});

const BIG = 0x1_0000_0005n;

test.if(there).each([
  ["SCMP_CMP_NE", [4n, 6n], [5n]],
  ["SCMP_CMP_LT", [0n, 4n], [5n, 6n, BIG]],
  ["SCMP_CMP_LE", [4n, 5n], [6n, BIG]],
  ["SCMP_CMP_EQ", [5n], [4n, BIG]],
  ["SCMP_CMP_GE", [5n, 6n, BIG], [4n]],
  ["SCMP_CMP_GT", [6n, BIG], [5n, 4n]],
] satisfies [SeccompOperator, bigint[], bigint[]][])("%s 5 holds for %p and not for %p", (op, holds, fails) => {
  const one = rule(["dup3"], "SCMP_ACT_ALLOW", { args: [{ index: 1, value: 5, op }] });
  const answers = (values: readonly bigint[]) =>
    values.map((value) => answer({ defaultAction: "SCMP_ACT_TRAP", syscalls: [one] }, "dup3", [0n, value]));
  expect([answers(holds), answers(fails)]).toEqual([holds.map(() => ALLOW), fails.map(() => 0x00030000)]);
});

test.if(there)("values of 64 bits are compared by every bit", () => {
  const value = 0xfedc_ba98_7654_3210n;
  const one = rule(["dup3"], "SCMP_ACT_ALLOW", { args: [{ index: 5, value, op: "SCMP_CMP_EQ" }] });
  const answers = [value, value ^ 1n, value ^ (1n << 63n)].map((last) =>
    answer({ defaultAction: "SCMP_ACT_TRAP", syscalls: [one] }, "dup3", [0, 0, 0, 0, 0, last]),
  );
  expect(answers).toEqual([ALLOW, 0x00030000, 0x00030000]);
});

test.if(there)("a masked comparison looks only at the mask's bits", () => {
  const one = rule(["dup3"], "SCMP_ACT_ALLOW", { args: [{ index: 0, value: 0x7e020000, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }] });
  const answers = [0n, 0x00800fffn, 0x10000000n].map((flags) =>
    answer({ defaultAction: "SCMP_ACT_TRAP", syscalls: [one] }, "dup3", [flags]),
  );
  expect(answers).toEqual([ALLOW, ALLOW, 0x00030000]);
});

test.if(there)("conditions on different arguments must all hold, of those on one argument any", () => {
  const both = rule(["dup3"], "SCMP_ACT_ALLOW", { args: [0, 1].map((index) => ({ index, value: 1, op: "SCMP_CMP_EQ" as const })) });
  const any = rule(["dup3"], "SCMP_ACT_ALLOW", { args: [1, 2].map((value) => ({ index: 0, value, op: "SCMP_CMP_EQ" as const })) });
  const answers = (one: SeccompRule, calls: readonly (readonly number[])[]) =>
    calls.map((args) => answer({ defaultAction: "SCMP_ACT_TRAP", syscalls: [one] }, "dup3", args) === ALLOW);
  expect(answers(both, [[1, 1], [1, 2], [2, 1]])).toEqual([true, false, false]); // biome-ignore format: a table
  expect(answers(any, [[1], [2], [3]])).toEqual([true, true, false]); // biome-ignore format: a table
});

test.if(there)("unknown calls, and rules that say what holds anyway, are skipped", () => {
  const syscalls = [rule(["no_such_call", "read"], "SCMP_ACT_ALLOW"), rule(["write", "statx"], "SCMP_ACT_ERRNO")];
  const seccomp: Seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls };
  expect([answer(seccomp, "read"), answer(seccomp, "write")]).toEqual([ALLOW, EPERM]);
});

test.if(there)(
  "a call above all that the profile names is answered by ENOSYS if the default forbids it, and is the default's otherwise",
  () => {
    const answerTo = (defaultAction: SeccompAction): number =>
      runFilter(compileFilter({ defaultAction, syscalls: [rule(["statx"], "SCMP_ACT_LOG"), rule(["no_such_call"], "SCMP_ACT_LOG")] }), {
        arch: ARCH,
        number: number("statx") + 1,
      });
    const forbidding = ["SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP"] as const;
    expect(forbidding.map(answerTo)).toEqual(forbidding.map(() => ENOSYS));
    expect((["SCMP_ACT_ALLOW", "SCMP_ACT_TRACE"] as const).map(answerTo)).toEqual([ALLOW, 0x7ff00001]);
  },
);

test.if(there && process.arch === "x64")(
  "calls of other architectures are filtered by their own numbers; of those not listed, the thread is killed",
  () => {
    const seccomp: Seccomp = {
      defaultAction: "SCMP_ACT_ERRNO",
      architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
      syscalls: [rule(["read", "statx"], "SCMP_ACT_ALLOW")],
    };
    const [own, others] = [compileFilter({ ...seccomp, architectures: [] }), compileFilter(seccomp)];
    const [X86, AARCH64, X32_BIT] = [0x40000003, 0xc00000b7, 0x40000000];
    const calls: FilteredCall[] = [
      { arch: X86, number: 3 },
      { arch: X86, number: 4 },
      { arch: X86, number: 1000 },
      { arch: ARCH, number: X32_BIT },
      { arch: ARCH, number: X32_BIT + 1 },
      { arch: ARCH, number: X32_BIT + 1000 },
      { arch: AARCH64, number: 63 },
    ];
    expect(calls.map((call) => runFilter(others, call))).toEqual([ALLOW, EPERM, ENOSYS, ALLOW, EPERM, ENOSYS, 0]);
    expect(calls.map((call) => runFilter(own, call))).toEqual([0, 0, 0, 0, 0, 0, 0]);
  },
);

test.if(there)("an architecture that cannot be combined with this machine's is an error that names it", () => {
  const mips: Seccomp = { defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_MIPS"] };
  expect(() => compileFilter(mips)).toThrow("cannot filter calls of architecture SCMP_ARCH_MIPS: ");
});

test.if(there)("what libseccomp refuses is an error at its place in config.json", () => {
  const rules = [rule(["read"], "SCMP_ACT_ALLOW"), rule(["write"], "SCMP_ACT_ERRNO", { errnoRet: 65535 })];
  try {
    compileFilter({ defaultAction: "SCMP_ACT_TRAP", syscalls: rules });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: "config",
      message: "cannot add a rule for system call write to the filter: invalid argument",
      detail: { pointer: "/linux/seccomp/syscalls/1", call: "seccomp_rule_add_array(3)" },
    });
  }
});

test.if(there)("profiles at random answer for each call what their rules say", () => {
  const names = [
    "read",
    "write",
    "dup3",
    "openat",
    "statx",
    "mkdirat",
    "unlinkat",
    "getpid",
    "brk",
    "mmap",
    "futex",
    "exit",
    "bpf",
    "fsync",
  ];
  const random = randomNumbers(7);
  const pick = (below: number): number => Math.floor(random() * below);
  const actions = ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_TRAP", "SCMP_ACT_LOG", "SCMP_ACT_KILL_PROCESS"] as const;
  for (let round = 0; round < 60; round++) {
    const defaultAction = actions[pick(actions.length)] ?? "SCMP_ACT_ALLOW";
    const chosen = names
      .filter(() => pick(2) === 0)
      .map((name) => ({ name, action: actions[pick(actions.length)] ?? "SCMP_ACT_LOG", value: pick(4) - 1 }));
    const syscalls = chosen.map(({ name, action, value }) =>
      rule([name], action, value < 0 ? {} : { args: [{ index: 0, value, op: "SCMP_CMP_EQ" }] }),
    );
    const program = compileFilter({ defaultAction, syscalls });
    const highest = Math.max(0, ...chosen.map(({ name }) => number(name)));
    const number32 = (action: SeccompAction): number => FILTER_ACTIONS[action] + (action === "SCMP_ACT_ERRNO" ? 1 : 0);
    const isPermissive = defaultAction === "SCMP_ACT_ALLOW" || defaultAction === "SCMP_ACT_LOG";
    for (const name of names) {
      for (let value = 0; value < 4; value++) {
        const matching = chosen.find((one) => one.name === name && (one.value < 0 || one.value === value));
        const isNewer = highest > 0 && number(name) > highest && !isPermissive;
        const expected = isNewer ? ENOSYS : number32(matching?.action ?? defaultAction);
        expect([round, name, value, runFilter(program, { arch: ARCH, number: number(name), args: [value] })]).toEqual([
          round,
          name,
          value,
          expected,
        ]);
      }
    }
  }
});

test.if(there && requires("podman-profile"))("the profile that engines use answers for all its calls, and for all others", () => {
  const profile = podmanProfile();
  const program = compileFilter(profile);
  const rules = profile.syscalls ?? [];
  const free = new Set(
    rules.filter(({ args = [], action }) => args.length === 0 && action === "SCMP_ACT_ALLOW").flatMap(({ names }) => names),
  );
  const named = new Set(rules.flatMap(({ names }) => names));
  const numbers = new Map([...named].flatMap((name) => (callNumber(name) === undefined ? [] : [[number(name), name] as const])));
  const highest = Math.max(...numbers.keys());
  expect(free.size).toBeGreaterThan(200);
  for (let call = 0; call < 1000; call++) {
    const name = numbers.get(call);
    const found = runFilter(program, { arch: ARCH, number: call });
    if (name === undefined) expect([call, found]).toEqual([call, call > highest ? ENOSYS : 0x00050000 + (profile.defaultErrnoRet ?? 1)]);
    else if (free.has(name)) expect([name, found]).toEqual([name, ALLOW]);
  }
});
