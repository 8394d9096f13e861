import { expect, test } from "bun:test";
import { describeFeatures } from "../../../src/commands/features.ts";
import { planAnnotatedProperties } from "../../../src/plan/systemd/annotations.ts";
import { type JsonObject, merge } from "../../support/json.ts";
import { requires } from "../../support/requires.ts";
import { MINIMAL } from "../spec/example.ts";
import { saidOf } from "../spec/problems-of.ts";

const ours = describeFeatures();
const MAPS = [{ containerID: 0, hostID: 1000, size: 1 }];
const LISTENER = { listenerPath: "/l", syscalls: [{ names: ["read"], action: "SCMP_ACT_NOTIFY" }] };
const NODELESS: ReadonlySet<string> = new Set(["MPOL_DEFAULT", "MPOL_LOCAL"]);

function seccomp(addition: JsonObject): JsonObject {
  return { linux: { seccomp: { defaultAction: "SCMP_ACT_ALLOW", ...addition } } };
}

test("[C123] features hold for any host and have no null", () => {
  expect(JSON.stringify(ours)).not.toContain("null");
  expect(describeFeatures()).toEqual(ours);
});

test("engines find checkpoint and restore by runc's annotation", () => {
  expect(ours.annotations).toMatchObject({ "org.opencontainers.runc.checkpoint.enabled": "true" });
});

test.each([
  ["hooks", ours.hooks],
  ["mount options", ours.mountOptions],
  ["namespaces", ours.linux?.namespaces],
  ["capabilities", ours.linux?.capabilities],
])("%s are listed once each", (_, names) => {
  expect(names?.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names?.length ?? 0);
});

/** A config.json with one name at its place. */
const PLACES: readonly (readonly [what: string, names: readonly string[] | undefined, at: (name: string) => JsonObject])[] = [
  [
    "[C125] namespace",
    ours.linux?.namespaces,
    (type) => ({ linux: { namespaces: [{ type }], ...(type === "user" ? { uidMappings: MAPS, gidMappings: MAPS } : {}) } }),
  ],
  ["[C126] action", ours.linux?.seccomp?.actions, (defaultAction) => seccomp({ defaultAction })],
  [
    "[C126] operator",
    ours.linux?.seccomp?.operators,
    (op) => seccomp({ syscalls: [{ names: ["read"], action: "SCMP_ACT_LOG", args: [{ index: 0, value: 1, valueTwo: 1, op }] }] }),
  ],
  ["[C126] architecture", ours.linux?.seccomp?.archs, (arch) => seccomp({ architectures: [arch] })],
  ["[C126] flag", ours.linux?.seccomp?.knownFlags, (flag) => seccomp({ flags: [flag], ...LISTENER })],
  [
    "[C127] mode",
    ours.linux?.memoryPolicy?.modes,
    (mode) => ({ linux: { memoryPolicy: { mode, ...(NODELESS.has(mode) ? {} : { nodes: "0" }) } } }),
  ],
  [
    "[C127] flag",
    ours.linux?.memoryPolicy?.flags,
    (flag) => ({ linux: { memoryPolicy: { mode: "MPOL_BIND", nodes: "0", flags: [flag] } } }),
  ],
];

for (const [what, names, at] of PLACES) {
  const accepts = async (name: string): Promise<boolean> => (await saidOf(merge(MINIMAL, at(name)))).length === 0;

  test(`${what}: exactly those that are listed are known`, async () => {
    expect(names?.length).toBeGreaterThan(2);
    for (const name of names ?? []) expect([name, (await accepts(name)) || isForRules(name)]).toEqual([name, true]);
    expect(await accepts("SOMETHING_OF_TOMORROW")).toBe(false);
  });
}

/** What is known, and refused for a reason of its own: nothing can be waited for without a listener to notify. */
function isForRules(name: string): boolean {
  return name === "SCMP_ACT_NOTIFY";
}

test("[C129] annotations that change the container are told, those by prefix with a dot", () => {
  expect(ours.potentiallyUnsafeConfigAnnotations).toEqual(["org.systemd.property."]);
  expect(planAnnotatedProperties({ "org.systemd.property.TasksMax": "uint64 5", "org.example.note": "x" })).toHaveLength(1);
});

test("the oldest version accepted is not newer than the newest known", () => {
  expect(Bun.semver.order(ours.ociVersionMin, ours.ociVersionMax)).toBe(-1);
});

/** File systems handle these two themselves, so here they are passed on to them, as the specification requires of unlisted options. */
const FILE_SYSTEM_OPTIONS = ["acl", "noacl"];

test.if(requires("runc"))("whatever hook, namespace, capability or mount option runc knows, lamina knows", () => {
  const made = Bun.spawnSync(["runc", "features"]);
  const theirs: typeof ours = JSON.parse(made.stdout.toString());
  expect(missing(theirs.hooks, ours.hooks)).toEqual([]);
  expect(missing(theirs.mountOptions, [...(ours.mountOptions ?? []), ...FILE_SYSTEM_OPTIONS])).toEqual([]);
  expect(missing(theirs.linux?.namespaces, ours.linux?.namespaces)).toEqual([]);
  expect(missing(theirs.linux?.capabilities, ours.linux?.capabilities)).toEqual([]);
});

function missing(theirs: readonly string[] | undefined, known: readonly string[] | undefined): string[] {
  return (theirs ?? []).filter((name) => !known?.includes(name));
}
