/** Where cgroups are made and how they are entered. */
import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import type { CgroupFacts } from "../../../../src/plan/facts.ts";
import type { HostStep } from "../../../../src/plan/steps/host-step.ts";
import type { Planned } from "../../../../src/plan/steps/step.ts";
import type { Resources } from "../../../../src/spec/types.ts";
import { HYBRID, plan, ROOT, refusal, text, V2 } from "./cases.ts";

test("on a hybrid host every hierarchy gets a directory, the v1 ones their rules, and init enters all of them", () => {
  const { paths, before, entry, warnings } = plan(HYBRID, { devices: [] });
  const isDevice = ({ step }: Planned<HostStep>): boolean => step.op === "writeCgroup" && step.file.includes("/devices.");
  expect(before.filter((one) => !isDevice(one)).map(text)).toEqual([
    "make cgroup cpu,cpuacct/c1 < ",
    "make cgroup cpuset/c1 < ",
    "copy cpuset.cpus to cgroup cpuset/c1 from the nearest one above that has it, if it is empty < ",
    "copy cpuset.mems to cgroup cpuset/c1 from the nearest one above that has it, if it is empty < ",
    "make cgroup memory/session/1/c1 < ",
    "make cgroup devices/c1 < ",
    "make cgroup pids/c1 < ",
    "make cgroup blkio/c1 < ",
    "make cgroup systemd/c1 (ignore) < ",
    "make cgroup unified/c1 (ignore) < ",
  ]);
  expect(before.filter(isDevice).map(text)[0]).toBe('write "a *:* rwm" to devices/c1/devices.deny < /linux/resources/devices');
  expect(before.filter(isDevice)).toHaveLength(12);
  expect(entry.first.map(({ step }) => (step.op === "enterCgroup" ? step.file.slice(ROOT.length + 1) : step.op))).toEqual([
    "cpu,cpuacct/c1/tasks",
    "cpuset/c1/tasks",
    "memory/session/1/c1/tasks",
    "devices/c1/tasks",
    "pids/c1/tasks",
    "blkio/c1/tasks",
    "systemd/c1/tasks",
  ]);
  expect(entry.first.map(({ onFailure }) => onFailure)).toEqual([...Array(6).fill(undefined), "ignore"]);
  expect(entry.unified).toEqual({ path: hostPath(`${ROOT}/unified/c1`), isNeeded: false, origin: "" });
  expect(paths).toEqual({
    cpu: hostPath(`${ROOT}/cpu,cpuacct/c1`),
    cpuacct: hostPath(`${ROOT}/cpu,cpuacct/c1`),
    cpuset: hostPath(`${ROOT}/cpuset/c1`),
    memory: hostPath(`${ROOT}/memory/session/1/c1`),
    devices: hostPath(`${ROOT}/devices/c1`),
    pids: hostPath(`${ROOT}/pids/c1`),
    blkio: hostPath(`${ROOT}/blkio/c1`),
    "name=systemd": hostPath(`${ROOT}/systemd/c1`),
    unified: hostPath(`${ROOT}/unified/c1`),
  });
  expect(warnings).toEqual([]);
});

test("groups between the mount point and the container get processors before the container does", () => {
  const { before } = plan(HYBRID, { cpu: { cpus: "0-1" } }, "/a/b/c");
  expect(
    before
      .filter(({ step }) => step.op !== "writeCgroup" || step.file.includes("cpuset"))
      .map(text)
      .filter((line) => line.includes("cpuset")),
  ).toEqual([
    "make cgroup cpuset/a/b/c < /linux/cgroupsPath",
    ...["a", "a/b"].flatMap((above) =>
      ["cpus", "mems"].map(
        (file) =>
          `copy cpuset.${file} to cgroup cpuset/${above} from the nearest one above that has it, if it is empty < /linux/cgroupsPath`,
      ),
    ),
    'write "0-1" to cpuset/a/b/c/cpuset.cpus < /linux/resources/cpu/cpus',
    "copy cpuset.cpus to cgroup cpuset/a/b/c from the nearest one above that has it, if it is empty < /linux/cgroupsPath",
    "copy cpuset.mems to cgroup cpuset/a/b/c from the nearest one above that has it, if it is empty < /linux/cgroupsPath",
  ]);
});

test("realtime is given to the container's cgroups from the top down, and to none of somebody else's", () => {
  const realtime = (resources: Resources, path: string | undefined): string[] =>
    plan(HYBRID, resources, path)
      .before.filter(({ step }) => step.op === "passRealtime" || (step.op === "writeCgroup" && step.file.includes("rt_")))
      .map(text);
  expect(realtime({ cpu: { realtimeRuntime: 1000, realtimePeriod: 500000 } }, "/a/b/c")).toEqual([
    ...["a", "a/b"].map(
      (above) => `give cgroup cpu,cpuacct/${above} 1000 µs of realtime in 500000 µs, if it has none < /linux/resources/cpu/realtimeRuntime`,
    ),
    'write "500000" to cpu,cpuacct/a/b/c/cpu.rt_period_us < /linux/resources/cpu/realtimePeriod',
    'write "1000" to cpu,cpuacct/a/b/c/cpu.rt_runtime_us < /linux/resources/cpu/realtimeRuntime',
  ]);
  expect(realtime({ cpu: { realtimeRuntime: 1000 } }, undefined)).toHaveLength(1);
  expect(realtime({ cpu: { realtimePeriod: 500000 } }, "/a/b/c")).toHaveLength(1);
});

test.each<[string, string | undefined, string, string]>([
  ["no path is the id below the runtime's own cgroup", undefined, "memory/session/1/c1", "user.slice/c1"],
  ["an empty path is none", "", "memory/session/1/c1", "user.slice/c1"],
  ["a relative path is below the runtime's own cgroup", "x/y", "memory/session/1/x/y", "user.slice/x/y"],
  ["an absolute path is below the mount point", "/x//y/", "memory/x/y", "x/y"],
  ["a relative path does not climb out", "../../../x", "memory/session/1/x", "user.slice/x"],
  ["an absolute path does not climb out", "/../../x/../y", "memory/y", "y"],
  ["colons are only letters to this driver", "a:b:c", "memory/session/1/a:b:c", "user.slice/a:b:c"],
])("%s", (_, cgroupsPath, v1, v2) => {
  expect(plan(HYBRID, undefined, cgroupsPath).paths.memory).toBe(hostPath(`${ROOT}/${v1}`));
  expect(plan(V2, undefined, cgroupsPath).paths.unified).toBe(hostPath(`${ROOT}/${v2}`));
});

test.each(["/", "..", "/a/..", "./"])("the path %j is refused, since it is the top", (cgroupsPath) => {
  expect(refusal(() => plan(V2, undefined, cgroupsPath))).toMatchObject({ code: "config", pointer: "/linux/cgroupsPath" });
});

/** As in a unit with Delegate=yes of the machine's own systemd: anything beside it belongs to root. */
const DELEGATED: CgroupFacts = {
  ...V2,
  rootless: true,
  hierarchies: V2.hierarchies.map((one) => ({ ...one, writable: true, hasRoomBeside: false })),
};

test("a user who cannot write beside their cgroup makes none there, but may name one below it", () => {
  expect(plan(DELEGATED)).toMatchObject({
    paths: {},
    before: [],
    entry: { first: [], unified: undefined },
    warnings: [],
  });
  expect(refusal(() => plan(DELEGATED, { pids: { limit: 5 } }))).toMatchObject({
    message: "cannot limit pids: this user cannot create cgroups",
  });
  const below = "/user.slice/session-1.scope/x";
  expect(plan(DELEGATED, undefined, below).paths).toEqual({ unified: hostPath(`${ROOT}${below}`) });
});
