/** A container's record as JSON: what is valid, and what is left of a damaged one. */
import { expect, test } from "bun:test";
import { findMisfit, intactMembers } from "../../../src/state/record.ts";

const RUN = { id: "web", created: "2026-01-02T03:04:05.678Z", started: 1, finished: 2, exited: 0 };
const SOUND = {
  version: 1,
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
  hostRoot: { path: "/b/rootfs", on: 7 },
  hasOwnPidNamespace: true,
  poststart: [{ path: "/bin/true" }],
  poststop: [{ path: "/bin/true", args: ["true"], env: ["A=b"], timeout: 5 }],
  lastSteps: { 12: { op: "exec", origin: "/process/args", path: "sh" } },
};

test("what lamina writes is a valid record, with and without optional members", () => {
  const { upper: _, previousRun: __, hostRoot: ___, ...least } = SOUND;
  expect([findMisfit(SOUND), findMisfit(least)]).toEqual([undefined, undefined]);
});

test.each([
  ["pid", [-1, 1.5, 4194305, "42", null]],
  ["startTime", ["x", 5, "-1"]],
  ["id", ["a/b", "..", 5]],
  ["bundle", ["b", 5, "/a\0b"]],
  ["annotations", [{ a: 1 }, ["a"], null]],
  ["cgroupPaths", [{ pids: "web" }, { pids: 5 }, []]],
  ["hostRoot", [{ path: "/" }, { path: "x", on: 1 }, 5]],
  ["previousRun", [{ ...RUN, exited: 300 }, "no"]],
  ["hasOwnPidNamespace", ["true", 1]],
  ["poststop", [{}, [{ path: "true" }], [{ path: "/bin/true", args: [5] }], [{ path: "/bin/true", timeout: "5" }], [null]]],
  ["lastSteps", [{ x: SOUND.lastSteps[12] }, { 1: { op: "mount", origin: "", path: "" } }, { 1: null }]],
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
