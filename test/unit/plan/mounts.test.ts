import { expect, test } from "bun:test";
import { describeStep } from "../../../src/plan/describe.ts";
import type { Facts } from "../../../src/plan/facts.ts";
import { type MountPlan, planMounts } from "../../../src/plan/mounts.ts";
import { parseNamespaces } from "../../../src/plan/namespaces.ts";
import type { InitStep, Planned } from "../../../src/plan/step.ts";
import type { Mount, NamespaceType, RootfsPropagation, Spec } from "../../../src/spec/types.ts";
import { FACTS } from "../../plan/facts.ts";

const MAPPINGS = [{ containerID: 0, hostID: 100000, size: 65536 }];

interface Surroundings {
  readonly types?: readonly NamespaceType[];
  readonly facts?: string;
  readonly rootfsPropagation?: RootfsPropagation;
}

function plan(mounts: readonly Mount[], { types = ["mount"], facts = "root", rootfsPropagation }: Surroundings = {}): MountPlan {
  const spec: Spec = {
    ociVersion: "1.3.0",
    mounts: [...mounts],
    linux: {
      namespaces: types.map((type) => ({ type })),
      ...(types.includes("user") ? { uidMappings: MAPPINGS, gidMappings: MAPPINGS } : {}),
      ...(rootfsPropagation === undefined ? {} : { rootfsPropagation }),
    },
  };
  return planMounts({ spec, facts: factsOf(facts), namespaces: parseNamespaces(spec), cgroupPaths: {} });
}

function factsOf(name: string): Facts {
  const facts = FACTS[name];
  if (facts === undefined) throw new Error(`no facts are called ${name}`);
  return facts;
}

function words(steps: readonly Planned<InitStep>[]): string[] {
  return steps.map(({ step }) => describeStep(step));
}

function bind(...options: string[]): Mount {
  return { destination: "/data", source: "/srv", options: ["bind", ...options] };
}

test("a relative source counts from the bundle, and a relative destination from the root", () => {
  const { steps } = plan([{ destination: "a/../b", source: "data", options: ["bind"] }]);
  expect(words(steps)).toEqual(["clone the mount at /bundle/data as #15", "attach mount #15 at /b"]);
});

test.each([
  ["has none", undefined, "MS_SLAVE"],
  ["is private", "private", "MS_PRIVATE"],
  ["is unbindable", "runbindable", "MS_SLAVE"],
] as const)(
  "what a container mounts on a bind that was opened early stays in it when rootfsPropagation %s",
  (_, rootfsPropagation, kind) => {
    const { before } = plan([bind()], { types: ["mount", "user"], ...(rootfsPropagation ? { rootfsPropagation } : {}) });
    expect(words(before)).toEqual(["clone the mount at /srv as #16", `change mount #16 and all below it, propagation ${kind}`]);
  },
);

test("with a shared root a bind that crosses into a user namespace is a slave of the host's and shared inside", () => {
  const { before } = plan([bind()], { types: ["mount", "user"], rootfsPropagation: "rshared" });
  expect(words(before).slice(1)).toEqual([
    "change mount #16 and all below it, propagation MS_SLAVE",
    "change mount #16 and all below it, propagation MS_SHARED",
  ]);
});

test("the mount's own propagation comes after the one it inherits", () => {
  const { before, steps } = plan([bind("shared")], { types: ["mount", "user"] });
  expect(words([...before, ...steps]).filter((text) => text.includes("propagation"))).toEqual([
    "change mount #16 and all below it, propagation MS_SLAVE",
    "change mount #16, propagation MS_SHARED",
  ]);
});

test("a user opens binds in his own user namespace, where he may", () => {
  expect(plan([bind()], { types: ["mount", "user"], facts: "user on v2" }).before).toEqual([]);
});

test("ids are mapped while procfs counts pids as init does, even without a user namespace", () => {
  const mapped = { ...bind("idmap"), uidMappings: MAPPINGS, gidMappings: MAPPINGS };
  const { before, steps } = plan([mapped], { types: ["mount", "pid"] });
  expect(words(before).at(-1)).toBe("map the ids of mount #16 as user namespace #14 does");
  expect(words(steps)).toEqual(["attach mount #16 at /data"]);
});

test("empty mappings are none", () => {
  expect(plan([{ ...bind(), uidMappings: [], gidMappings: [] }]).before).toEqual([]);
});

test("a mount without a slot of its own is opened late, and refused if its ids are to be mapped", () => {
  const many = Array.from({ length: 497 }, () => bind());
  const { before, steps } = plan(many, { types: ["mount", "user"] });
  expect(words(before).filter((text) => text.startsWith("clone"))).toHaveLength(496);
  expect(words(steps).at(-2)).toBe("clone the mount at /srv as #15");
  expect(() => plan([...many.slice(1), bind("idmap")], { types: ["mount", "user"] })).toThrow("it is mount 496");
});

test("a locked flag of the source is left where it cannot be cleared", () => {
  const { steps } = plan([bind("ro")]);
  expect(steps.map(({ onFailure }) => onFailure)).toEqual([undefined, "else", undefined, undefined]);
  expect(words(steps).slice(1, 3)).toEqual([
    "change mount #15, set MOUNT_ATTR_RDONLY, clear MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC",
    "change mount #15, set MOUNT_ATTR_RDONLY",
  ]);
});

test("recursive options come last, as with runc", () => {
  const { steps } = plan([bind("rro", "rw")]);
  expect(words(steps).at(-2)).toBe("change mount #15 and all below it, set MOUNT_ATTR_RDONLY");
});

test("a tmpfs becomes read-only when all others are in place, and its file system stays as it is", () => {
  const { steps, last } = plan([{ destination: "/a", type: "tmpfs", options: ["rro", "nosuid"] }]);
  expect(words(steps)[0]).toBe('make tmpfs file system "tmpfs" as #15, set MOUNT_ATTR_NOSUID');
  expect(words(last)).toEqual(["remount /a, set MOUNT_ATTR_RDONLY"]);
});

test("a remount does everything that its options say", () => {
  const { steps } = plan([{ destination: "/a", options: ["remount", "nosuid", "size=1m", "rnoexec", "rslave"] }]);
  expect(words(steps)).toEqual([
    "remount /a with its file system, options size=1m, set MOUNT_ATTR_NOSUID",
    "change the mount at /a and all below it, set MOUNT_ATTR_NOEXEC",
    "change the mount at /a and all below it, propagation MS_SLAVE",
  ]);
});

test("a remount of a bind leaves the file system alone", () => {
  const { steps } = plan([{ destination: "/a", options: ["remount", "bind", "ro", "sync"] }]);
  expect(words(steps)).toEqual(["remount /a, set MOUNT_ATTR_RDONLY"]);
});

test.each([
  ["sysfs", "/sys", ["mount"], "else: clone the mount at /sys and those below it as #15"],
  ["sysfs", "/sys", ["mount", "network"], undefined],
] as const)("%s is the host's only if it cannot be mounted and the network is the host's as well", (type, destination, types, expected) => {
  const { steps } = plan([{ destination, type }], { types });
  const alternative = steps.findIndex(({ onFailure }) => onFailure === "else") + 1;
  expect(alternative === 0 ? undefined : `else: ${words(steps)[alternative]}`).toBe(expected);
});

test.each([
  ["/proc/meminfo", "attach mount #15 at /proc/meminfo, even on procfs"],
  ["/proc/sys/kernel/hostname", "attach mount #15 at /proc/sys/kernel/hostname"],
])("a bind on %s may lie on procfs only if that file is harmless", (destination, expected) => {
  expect(words(plan([{ ...bind(), destination }]).steps).at(-1)).toBe(expected);
});

test.each([
  ["neither a type nor bind", { destination: "/a", source: "/srv" }, '"type" is missing'],
  ["type bind without the option", { destination: "/a", type: "bind", source: "/srv" }, 'there is no file system of type "bind"'],
  ["a bind without a source", { destination: "/a", options: ["bind"] }, '"source" is missing'],
  ["mapped ids of a file system", { destination: "/a", type: "tmpfs", options: ["idmap"] }, "only a bind mount"],
  ["mapped ids of a remount", { destination: "/a", options: ["remount", "bind", "idmap"] }, "only a bind mount"],
  ["tmpcopyup of a bind", bind("tmpcopyup"), "tmpcopyup is for a new tmpfs only"],
  ["an option that is too long", { destination: "/a", type: "tmpfs", options: [`size=${"1".repeat(256)}`] }, "no more than 255 bytes"],
  ["a source that is too long", { destination: "/a", type: "tmpfs", source: "s".repeat(256) }, "no more than 255 bytes"],
] as readonly (readonly [string, Mount, string])[])("%s is refused", (_, mount, expected) => {
  expect(() => plan([mount])).toThrow(`cannot mount on ${mount.destination}: ${expected}`.slice(0, 20));
  expect(() => plan([mount])).toThrow(expected);
});
