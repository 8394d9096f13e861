import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import { subCgroups } from "../../../../src/plan/cgroup/sub-cgroups.ts";

const TOP = hostPath("/sys/fs/cgroup/cpu,cpuacct/c1");
const PATHS = { cpu: TOP, cpuacct: TOP, pids: hostPath("/sys/fs/cgroup/pids/c1") };

test("without words the container's cgroups stay as they are", () => {
  expect(subCgroups(PATHS, [])).toEqual(PATHS);
});

test("a path alone counts in every hierarchy", () => {
  expect(Object.values(subCgroups(PATHS, ["a/b"]))).toEqual(
    [`${TOP}/a/b`, `${TOP}/a/b`, "/sys/fs/cgroup/pids/c1/a/b"].map((path) => hostPath(path)),
  );
});

test("controllers that share a hierarchy are in one cgroup, whichever is named", () => {
  const sub = hostPath(`${TOP}/a`);
  const expected = { ...PATHS, cpu: sub, cpuacct: sub };
  expect([subCgroups(PATHS, ["cpuacct:a"]), subCgroups(PATHS, ["cpu,cpuacct:a"]), subCgroups(PATHS, ["cpu:a", "cpuacct:/a/"])]).toEqual([
    expected,
    expected,
    expected,
  ]);
});

test("no path leads out of the container's cgroup", () => {
  expect(subCgroups(PATHS, ["../../x"]).pids).toBe(hostPath("/sys/fs/cgroup/pids/c1/x"));
  expect(subCgroups(PATHS, ["pids:.."]).pids).toBe(hostPath("/sys/fs/cgroup/pids/c1"));
});

test.each<[readonly string[], string]>([
  [["a:b:c"], "invalid --cgroup argument: a:b:c"],
  [["a", "b"], "invalid --cgroup argument: a (missing <controller>: prefix)"],
  [["cpu:a", "b"], "invalid --cgroup argument: b (missing <controller>: prefix)"],
  [[":a"], "invalid --cgroup argument: :a (empty <controller> prefix)"],
  [["cpu,:a"], "invalid --cgroup argument: cpu,:a (empty <controller> prefix)"],
  [["pids:a", "pids:b"], "controller pids is given twice"],
  [["cpu:a", "cpuacct:b"], "its hierarchy is given two cgroups"],
  [["nosuch:a"], "unknown controller nosuch in SubCgroupPaths"],
  [["toString:a"], "unknown controller toString in SubCgroupPaths"],
])("%j is refused", (words, message) => {
  expect(() => subCgroups(PATHS, words)).toThrow(message);
});
