import { expect, test } from "bun:test";
import { describeStep } from "../../../../src/plan/describe.ts";
import type { Facts } from "../../../../src/plan/facts.ts";
import { parseNamespaces, planNamespaces } from "../../../../src/plan/namespaces/namespaces.ts";
import type { InitStep, Planned } from "../../../../src/plan/steps/step.ts";
import type { Linux, Namespace } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

const MAPPINGS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const MARK: Planned<InitStep> = { origin: "", step: { op: "umask", mask: 0 } };

function plan(namespaces: readonly Namespace[], linux: Linux = {}, facts = "root"): string[] {
  const spec = { ociVersion: "1.3.0", linux: { ...linux, namespaces: [...namespaces] } };
  const cgroup = { meeting: [], first: [], unified: undefined };
  return planNamespaces({ spec, namespaces: parseNamespaces(spec), facts: factsOf(facts), beforeUser: [MARK], cgroup }).map(({ step }) =>
    describeStep(step),
  );
}

function factsOf(name: string): Facts {
  const facts = FACTS[name];
  if (facts === undefined) throw new Error(`no facts are called ${name}`);
  return facts;
}

test("an empty path makes a new namespace", () => {
  expect(plan([{ type: "ipc", path: "" }]).at(-1)).toContain("CLONE_NEWIPC");
});

test("steps that need the host's rights come after the namespaces are opened and before the user namespace", () => {
  const texts = plan([{ type: "network", path: "/run/netns/a" }, { type: "user" }], { uidMappings: MAPPINGS, gidMappings: MAPPINGS });
  expect(texts.map((text) => text.split(" ").slice(0, 3).join(" "))).toEqual([
    "open namespace /run/netns/a",
    "set the umask",
    "join namespace #7",
    "make new namespaces:",
    "wait for the",
    "become gid 0",
    "become uid 0",
    "start init's next",
  ]);
});

const ALIEN: readonly Namespace[] = [
  { type: "ipc", path: "/proc/7/ns/ipc" },
  { type: "user", path: "/proc/8/ns/user" },
  { type: "cgroup", path: "/proc/7/ns/cgroup" },
  { type: "mount", path: "/proc/7/ns/mnt" },
];

test("with the right to enter any namespace, they are joined before a user namespace, which may not own them", () => {
  expect(plan(ALIEN).filter((text) => /^(join|start)/.test(text))).toEqual([
    "join namespace #7 (CLONE_NEWIPC)",
    "join namespace #5 (CLONE_NEWCGROUP)",
    "join namespace #4 (CLONE_NEWNS)",
    "join namespace #6 (CLONE_NEWUSER)",
    "start the container's init in new namespaces: CLONE_NEWNS",
  ]);
});

test("a user joins them in the user namespace, where they have the right", () => {
  expect(plan(ALIEN, {}, "user on v2").filter((text) => /^(join|start)/.test(text))).toEqual([
    "join namespace #6 (CLONE_NEWUSER)",
    "join namespace #7 (CLONE_NEWIPC)",
    "join namespace #4 (CLONE_NEWNS)",
    "start the container's init in new namespaces: CLONE_NEWNS",
    "join namespace #5 (CLONE_NEWCGROUP)",
  ]);
});

test("a cgroup namespace is joined after the cgroup has been entered, which may lie outside it", () => {
  const texts = plan([
    { type: "cgroup", path: "/proc/7/ns/cgroup" },
    { type: "ipc", path: "/proc/7/ns/ipc" },
  ]);
  const after = texts.slice(texts.findIndex((text) => text.startsWith("join")));
  expect(after).toEqual(["join namespace #6 (CLONE_NEWIPC)", "start init's next stage", "join namespace #7 (CLONE_NEWCGROUP)"]);
});

const OFFSETS: Linux = { uidMappings: MAPPINGS, gidMappings: MAPPINGS, timeOffsets: { boottime: { secs: 5 } } };

test("root's init cannot be inspected at any moment: it writes time offsets before it becomes the new namespace's root", () => {
  const texts = plan([{ type: "user" }, { type: "time" }], OFFSETS);
  expect(texts.filter((text) => text.includes("inspect"))).toEqual([]);
  expect(texts.indexOf('write "boottime 5 0\\n" to /proc/self/timens_offsets')).toBeLessThan(texts.indexOf("become uid 0"));
});

test("a user's init may be inspected while id maps and time offsets are written, and not a step longer", () => {
  const texts = plan([{ type: "user" }, { type: "time" }], OFFSETS, "user on v2");
  expect(texts.slice(texts.indexOf("let this user inspect init"), texts.indexOf("let nobody inspect init")).slice(1)).toEqual([
    "make new namespaces: CLONE_NEWUSER",
    'wait for the host at "id-maps"',
    "make new namespaces: CLONE_NEWTIME",
    'write "boottime 5 0\\n" to /proc/self/timens_offsets',
  ]);
});

test("time offsets are written before a user namespace is joined, in which somebody could inspect init", () => {
  const texts = plan([{ type: "user", path: "/proc/7/ns/user" }, { type: "time" }], {
    timeOffsets: { monotonic: { secs: -1, nanosecs: 2 } },
  });
  expect(texts).not.toContain("let this user inspect init");
  expect(texts.indexOf('write "monotonic -1 2\\n" to /proc/self/timens_offsets')).toBeLessThan(
    texts.indexOf("join namespace #7 (CLONE_NEWUSER)"),
  );
});

test("the lowest id is taken where 0 is not mapped", () => {
  const texts = plan([{ type: "user" }], {
    uidMappings: [{ containerID: 500, hostID: 1, size: 9 }],
    gidMappings: [{ containerID: 600, hostID: 1, size: 9 }],
  });
  expect(texts.filter((text) => text.startsWith("become"))).toEqual(["become gid 600", "become uid 500"]);
});

test("a user without a user namespace is refused", () => {
  expect(() => plan([{ type: "mount" }], {}, "user on v2")).toThrow("cannot make namespaces as uid 1000");
});

test("a new user namespace without mappings is refused", () => {
  expect(() => plan([{ type: "user" }])).toThrow("there are no mappings");
});
