/** A container's record as JSON: what is valid, and what is left of a damaged one. */
import { expect, test } from "bun:test";
import type { Spec } from "../../../src/spec/types.ts";
import { execDefaults, isExecDefaults, recallProcess } from "../../../src/state/exec-defaults.ts";
import { findMisfit, intactMembers } from "../../../src/state/record.ts";

const RUN = { id: "web", created: "2026-01-02T03:04:05.678Z", started: 1, finished: 2, exited: 0 };
const EXEC = {
  process: { cwd: "/", env: ["PATH=/bin"], user: { uid: 5, gid: 6 } },
  rlimits: [{ type: "RLIMIT_NOFILE", soft: "1024", hard: "18446744073709551615" }],
  namespaces: ["pid", "user"],
  uidMappings: [{ containerID: 0, hostID: 100000, size: 65536 }],
  gidMappings: [{ containerID: 0, hostID: 100000, size: 65536 }],
  personality: { domain: "LINUX" },
  newKeyring: true,
};
const SOUND = {
  version: 2,
  id: "web",
  ociVersion: "1.0.2",
  bundle: "/b",
  rootfs: "/b/rootfs",
  created: "2026-01-02T03:04:05.678Z",
  annotations: { a: "b" },
  pid: 42,
  startTime: "1234",
  upper: "/b/upper",
  previousRun: RUN,
  cgroupPaths: { pids: "/sys/fs/cgroup/pids/web" },
  unit: { manager: "system", name: "lamina-web.scope", slice: "system.slice" },
  resources: { memory: { limit: 4096 }, pids: { limit: -1 } },
  hostRoot: { path: "/b/rootfs", mount: 7 },
  placedRoot: { path: "/proc/7/ns/mnt", name: "mnt:[9]", on: 7, mount: 8 },
  hasOwnPidNamespace: true,
  poststart: [{ path: "/bin/true" }],
  poststop: [{ path: "/bin/true", args: ["true"], env: ["A=b"], timeout: 5 }],
  lastSteps: { 12: { op: "exec", origin: "/process/args", path: "sh" } },
  exec: EXEC,
};

test("what lamina writes is a valid record, with and without optional members", () => {
  const { upper: _, previousRun: __, hostRoot: ___, placedRoot: _________, resources: _______, unit: ________, ...least } = SOUND;
  const { uidMappings: ____, gidMappings: _____, personality: ______, ...exec } = EXEC;
  expect([findMisfit(SOUND), findMisfit({ ...least, exec })]).toEqual([undefined, undefined]);
});

test("a record of the first version, which had nothing for exec, is still one; a later version is none", () => {
  const { exec: _, ...first } = { ...SOUND, version: 1 };
  expect([findMisfit(first), findMisfit({ ...SOUND, version: 3 })]).toEqual([undefined, "/version"]);
});

test("exec gets back the process of config.json with limits of all 64 bits, but not its program", () => {
  const process = {
    args: ["sh"],
    cwd: "/srv",
    env: ["A=b"],
    rlimits: [{ type: "RLIMIT_CORE", soft: 0, hard: 18446744073709551615n }] as const,
  };
  const spec: Spec = {
    ociVersion: "1.0.2",
    process,
    linux: {
      namespaces: [{ type: "pid" }, { type: "user", path: "/proc/1/ns/user" }],
      uidMappings: [{ containerID: 0, hostID: 1, size: 1 }],
      personality: { domain: "LINUX32" },
    },
  };
  const defaults = JSON.parse(JSON.stringify(execDefaults(spec, { noNewKeyring: true, isPlaced: false })));
  expect(isExecDefaults(defaults)).toBe(true);
  expect(defaults).toEqual({
    process: { cwd: "/srv", env: ["A=b"] },
    rlimits: [{ type: "RLIMIT_CORE", soft: "0", hard: "18446744073709551615" }],
    namespaces: ["pid", "user"],
    personality: { domain: "LINUX32" },
    newKeyring: false,
  });
  expect(recallProcess(defaults)).toEqual({
    cwd: "/srv",
    env: ["A=b"],
    rlimits: [{ type: "RLIMIT_CORE", soft: 0n, hard: 18446744073709551615n }],
  });
});

test("a recorded process that somebody has changed is refused", () => {
  const changed = { ...EXEC, process: { cwd: "/", user: { uid: "0" } } } as unknown as Parameters<typeof recallProcess>[0];
  expect(() => recallProcess(changed)).toThrow("cannot read the state of the container: its process is not as lamina writes it");
});

test.each<[string, readonly unknown[]]>([
  ["pid", [-1, 1.5, 4194305, "42", null]],
  ["startTime", ["x", 5, "-1"]],
  ["id", ["a/b", "..", 5]],
  ["bundle", ["b", 5, "/a\0b"]],
  ["annotations", [{ a: 1 }, ["a"], null]],
  ["cgroupPaths", [{ pids: "web" }, { pids: 5 }, []]],
  ["hostRoot", [{ path: "/" }, { path: "x", mount: 1 }, { path: "/", mount: -1 }, 5]],
  [
    "placedRoot",
    [
      { path: "/x", on: 1 },
      { path: "/x", name: "mnt:[9]", on: 1, mount: -1 },
      { path: "x", name: "mnt:[9]", on: 1 },
    ],
  ],
  [
    "unit",
    [
      { manager: "root", name: "a.scope", slice: "b.slice" },
      { manager: "user", name: "a.scope" },
      { manager: "user", name: "a\0", slice: "" },
      5,
    ],
  ],
  ["previousRun", [{ ...RUN, exited: 300 }, "no"]],
  ["hasOwnPidNamespace", ["true", 1]],
  ["poststop", [{}, [{ path: "true" }], [{ path: "/bin/true", args: [5] }], [{ path: "/bin/true", timeout: "5" }], [null]]],
  ["lastSteps", [{ x: SOUND.lastSteps[12] }, { 1: { op: "mount", origin: "", path: "" } }, { 1: null }]],
  [
    "exec",
    [
      {},
      { ...EXEC, rlimits: [{ type: "RLIMIT_CORE", soft: 0, hard: 0 }] },
      { ...EXEC, namespaces: "pid" },
      { ...EXEC, uidMappings: [{ containerID: 0, hostID: -1, size: 1 }] },
      { ...EXEC, newKeyring: 1 },
      { ...EXEC, personality: "LINUX" },
    ],
  ],
  ["version", ["1", 0]],
])("a record whose member %s is wrong is none, and the other members are left of it", (key, values) => {
  for (const value of values) {
    const damaged = { ...SOUND, [key]: value };
    const { [key as keyof typeof SOUND]: _, ...others } = SOUND;
    expect([value, findMisfit(damaged), intactMembers(damaged)]).toEqual([value, `/${key}`, others]);
  }
});

test("a value that is not an object is not a record, and nothing is left of it", () => {
  for (const value of [undefined, null, 5, "text", [], [SOUND]]) {
    expect([value, findMisfit(value), intactMembers(value)]).toEqual([value, "", {}]);
  }
});

test("members that every object inherits do not count as a record's", () => {
  expect(findMisfit(Object.create(SOUND))).toBe("/version");
});
