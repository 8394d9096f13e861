import { expect, test } from "bun:test";
import { describeStep } from "../../../../src/plan/describe.ts";
import type { Facts } from "../../../../src/plan/facts.ts";
import { CAPABILITIES } from "../../../../src/plan/process/capabilities.ts";
import { type IdentityPlan, planEnvironment, planIdentity, planProgram, type Surroundings } from "../../../../src/plan/process/identity.ts";
import type { Process } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

const ON_HOST: Surroundings = { personality: undefined, userNamespace: undefined, setgroupsDenied: false };

function plan(process: Partial<Process>, facts: Partial<Facts> = {}, surroundings: Partial<Surroundings> = {}): IdentityPlan {
  if (FACTS.root === undefined) throw new Error("no facts are called root");
  return planIdentity({ cwd: "/", args: ["x"], ...process }, { ...ON_HOST, ...surroundings }, { ...FACTS.root, ...facts });
}

function words(process: Partial<Process>, surroundings: Partial<Surroundings> = {}): string[] {
  return plan(process, {}, surroundings).steps.map(({ step }) => describeStep(step));
}

test("[C54] an unknown capability is a warning, and each is named once", () => {
  const { warnings } = plan({ capabilities: { bounding: ["CAP_NO_SUCH"], effective: ["CAP_NO_SUCH", "cap_chown"] } });
  expect(warnings).toEqual(["ignoring unknown or unavailable capabilities: [CAP_NO_SUCH cap_chown] (/process/capabilities)"]);
});

test("[C54] a capability that the runtime lacks is a warning, unless the container has a user namespace", () => {
  const process = { cwd: "/", args: ["x"], capabilities: { permitted: ["CAP_KILL", "CAP_CHOWN"], effective: ["CAP_KILL"] } };
  if (FACTS.root === undefined) throw new Error("no facts are called root");
  const facts: Facts = { ...FACTS.root, ownCapabilities: 1n };
  const capset = (userNamespace: Surroundings["userNamespace"]): unknown => {
    const { steps, warnings } = planIdentity(process, { ...ON_HOST, userNamespace }, facts);
    return [warnings, steps.map(({ step }) => describeStep(step)).filter((text) => text.startsWith("set the cap"))];
  };
  expect([capset(undefined), capset("new")]).toEqual([
    [
      ["ignoring capabilities that the runtime itself lacks: CAP_KILL (/process/capabilities)"],
      ["set the capabilities: effective none; permitted CAP_CHOWN; inheritable none"],
    ],
    [[], ["set the capabilities: effective CAP_KILL; permitted CAP_CHOWN,CAP_KILL; inheritable none"]],
  ]);
});

test("a capability that this kernel lacks is dropped with a warning", () => {
  const { steps, warnings } = plan({ capabilities: { bounding: ["CAP_CHOWN", "CAP_BPF"] } }, { lastCapability: 38 });
  expect(steps.map(({ step }) => describeStep(step))).toContain("limit the bounding capabilities to: CAP_CHOWN");
  expect(warnings).toEqual(["ignoring unknown or unavailable capabilities: [CAP_BPF] (/process/capabilities)"]);
});

test("[C55] an ambient capability that is not permitted and inheritable is left out, and runc's warning says so", () => {
  const { steps, warnings } = plan({
    capabilities: {
      permitted: ["CAP_CHOWN", "CAP_KILL", "CAP_MKNOD"],
      inheritable: ["CAP_KILL", "CAP_MKNOD", "CAP_FOWNER"],
      ambient: ["CAP_CHOWN", "CAP_KILL", "CAP_FOWNER", "CAP_NO_SUCH"],
    },
  });
  expect(steps.map(({ step }) => describeStep(step))).toContain("set the ambient capabilities to: CAP_KILL");
  expect(warnings).toEqual([
    "ignoring unknown or unavailable capabilities: [CAP_NO_SUCH] (/process/capabilities)",
    "can't raise ambient capability CAP_CHOWN: operation not permitted (/process/capabilities/ambient)",
    "can't raise ambient capability CAP_FOWNER: operation not permitted (/process/capabilities/ambient)",
  ]);
});

test("every capability is named if none can be raised", () => {
  const names = Object.keys(CAPABILITIES);
  const { warnings } = plan({ capabilities: { permitted: names, ambient: names } });
  expect(warnings.map((text) => /capability (\w+):/.exec(text)?.[1])).toEqual(names);
});

test("limits and the bounding set are set while init still can, the other sets once it is the user", () => {
  const texts = words({ user: { uid: 7, gid: 8 }, rlimits: [{ type: "RLIMIT_CORE", soft: 1, hard: 2 }] });
  const order = [
    "limit RLIMIT_CORE",
    "limit the bounding",
    "keep the permitted",
    "drop all",
    "become gid 8",
    "enter",
    "become uid 7",
    "set the cap",
  ];
  const found = order.map((start) => texts.findIndex((text) => text.startsWith(start)));
  expect(found).not.toContain(-1);
  expect(found).toEqual(found.toSorted((a, b) => a - b));
});

test("root has no capabilities to keep", () => {
  expect(words({ user: { uid: 0, gid: 0 } })).not.toContain("keep the permitted capabilities when the uid changes");
});

test("if setgroups is denied it is skipped, and additional groups are refused", () => {
  expect(words({}, { setgroupsDenied: true }).filter((text) => text.includes("groups"))).toEqual([]);
  expect(() => plan({ user: { uid: 0, gid: 0, additionalGids: [5] } }, {}, { setgroupsDenied: true })).toThrow(
    "cannot set additional groups",
  );
});

test("[C62] an umask of 0 is not the default", () => {
  expect(words({ user: { uid: 0, gid: 0, umask: 0 } }).at(-1)).toBe("set the umask to 0");
  expect(words({}).at(-1)).toBe("set the umask to 022");
});

test("of a variable that is set twice the last one counts, and an empty HOME counts as unset", () => {
  expect(planEnvironment({ cwd: "/", env: ["A=1", "HOME=", "B=", "A=2=3"] })).toEqual(["B=", "A=2=3"]);
});

test.each([
  [["HOME=/h", "PATH=/bin"], ['find program "x" in /bin']],
  [
    ["HOME="],
    [
      "set HOME from the container's passwd entry of uid 0",
      'find program "x" in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ],
  ],
])("with the environment %j the program is found by its own PATH and HOME is set if it must", (env, expected) => {
  const { home, find } = planProgram({ cwd: "/", args: ["x"], env }, 0);
  expect([...home, ...find].map(({ step }) => describeStep(step))).toEqual(expected);
});

test("a process without a program is refused", () => {
  expect(() => planProgram({ cwd: "/", args: [] }, 0)).toThrow("process.args is empty");
});
