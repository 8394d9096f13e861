/** What `update` writes, in which order, and how it is put back. */
import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import type { CgroupFiles } from "../../../../src/plan/cgroup/limit.ts";
import { recordUpdate } from "../../../../src/plan/cgroup/read-back.ts";
import { undoText } from "../../../../src/plan/cgroup/undo.ts";
import { planUpdate } from "../../../../src/plan/cgroup/update.ts";
import type { Resources } from "../../../../src/spec/types.ts";
import { ROOT, refusal, text } from "./cases.ts";

const V1 = Object.fromEntries(["cpu", "cpuset", "memory", "pids", "blkio", "unified"].map((name) => [name, hostPath(`${ROOT}/${name}/c`)]));
const V2 = { unified: hostPath(`${ROOT}/a/c`) };

function writes(paths: typeof V1, resources: Resources, now: CgroupFiles = {}): string[] {
  const { steps } = planUpdate(resources, { paths, mountPoint: paths === V2 ? hostPath(ROOT) : undefined, now });
  return steps.map((planned) => text(planned).replace(/ < .*/, ""));
}

const MEMSW = "memory.memsw.limit_in_bytes";

test.each<[string, Resources, CgroupFiles, string[]]>([
  [
    "both raised",
    { memory: { limit: 20, swap: 40 } },
    { [MEMSW]: "10" },
    [`"40" to memory/c/${MEMSW}`, '"20" to memory/c/memory.limit_in_bytes'],
  ],
  [
    "both lowered",
    { memory: { limit: 2, swap: 4 } },
    { [MEMSW]: "10" },
    ['"2" to memory/c/memory.limit_in_bytes', `"4" to memory/c/${MEMSW}`],
  ],
  [
    "swap unlimited",
    { memory: { limit: 2, swap: -1 } },
    { [MEMSW]: "10" },
    [`"-1" to memory/c/${MEMSW}`, '"2" to memory/c/memory.limit_in_bytes'],
  ],
  ["memory alone", { memory: { limit: 5 } }, { [MEMSW]: "10" }, ['"5" to memory/c/memory.limit_in_bytes']],
  [
    "memory unlimited",
    { memory: { limit: -1 } },
    { [MEMSW]: "10" },
    [`"-1" to memory/c/${MEMSW} (ignore)`, '"-1" to memory/c/memory.limit_in_bytes'],
  ],
  [
    "the OOM killer again",
    { memory: { disableOOMKiller: false } },
    { "memory.oom_control": "oom_kill_disable 1\nunder_oom 0\noom_kill 0\n" },
    ['"0" to memory/c/memory.oom_control'],
  ],
  ["the OOM killer as it is", { memory: { disableOOMKiller: false } }, { "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\n" }, []],
  ["no OOM killer", { memory: { disableOOMKiller: true } }, {}, ['"1" to memory/c/memory.oom_control']],
  [
    "an idle group that gets shares",
    { cpu: { idle: 0, shares: 500 } },
    { "cpu.idle": "1" },
    ['"0" to cpu/c/cpu.idle', '"500" to cpu/c/cpu.shares'],
  ],
  ["a group that becomes idle", { cpu: { idle: 1, shares: 500 } }, {}, ['"500" to cpu/c/cpu.shares', '"1" to cpu/c/cpu.idle']],
  [
    "a longer period",
    { cpu: { period: 200, quota: 80 } },
    { "cpu.cfs_period_us": "100" },
    ['"200" to cpu/c/cpu.cfs_period_us', '"80" to cpu/c/cpu.cfs_quota_us'],
  ],
  [
    "a shorter period",
    { cpu: { period: 50, quota: 20 } },
    { "cpu.cfs_period_us": "100" },
    ['"20" to cpu/c/cpu.cfs_quota_us', '"50" to cpu/c/cpu.cfs_period_us'],
  ],
  [
    "less burst",
    { cpu: { quota: 20, burst: 5 } },
    { "cpu.cfs_burst_us": "10" },
    ['"5" to cpu/c/cpu.cfs_burst_us', '"20" to cpu/c/cpu.cfs_quota_us'],
  ],
  [
    "more burst",
    { cpu: { quota: 20, burst: 15 } },
    { "cpu.cfs_burst_us": "10" },
    ['"20" to cpu/c/cpu.cfs_quota_us', '"15" to cpu/c/cpu.cfs_burst_us'],
  ],
  [
    "a shorter realtime period",
    { cpu: { realtimePeriod: 50, realtimeRuntime: 20 } },
    { "cpu.rt_period_us": "100" },
    ['"20" to cpu/c/cpu.rt_runtime_us', '"50" to cpu/c/cpu.rt_period_us'],
  ],
  [
    "devices, zeros and nothing",
    { devices: [{ allow: true, access: "rwm" }], pids: { limit: 0 }, memory: { limit: 0, kernel: 0 } },
    {},
    [],
  ],
])("on cgroup v1, in the order that the kernel takes: %s", (_, resources, now, expected) => {
  expect(writes(V1, resources, now)).toEqual(expected.map((line) => `write ${line}`));
});

const enable = (...controllers: string[]): string[] =>
  ["", "/a"].map((above) =>
    `enable controllers ${controllers.join(", ")} for the cgroups below /sys/fs/cgroup${above}`.replace("/sys/fs/cgroup/", ""),
  );

test.each<[string, Resources, CgroupFiles, string[], string[]]>([
  ["quota alone keeps the period", { cpu: { quota: 20 } }, { "cpu.max": "max 5000" }, ["cpu"], ['"20 5000" to a/c/cpu.max']],
  ["period alone keeps the quota", { cpu: { period: 9 } }, { "cpu.max": "70 5000" }, ["cpu"], ['"70 9" to a/c/cpu.max']],
  [
    "swap alone counts from the memory there is",
    { memory: { swap: 30 } },
    { "memory.max": "10" },
    ["memory"],
    ['"20" to a/c/memory.swap.max'],
  ],
  ["cpuset is enabled first", { cpu: { cpus: "0" } }, {}, ["cpuset"], ['"0" to a/c/cpuset.cpus']],
])("on cgroup v2: %s", (_, resources, now, controllers, expected) => {
  const steps = writes(V2, resources, now);
  expect(steps.filter((line) => line.startsWith("write"))).toEqual(expected.map((line) => `write ${line}`));
  expect(steps.filter((line) => !line.startsWith("write"))).toHaveLength(enable(...controllers).length);
  expect(steps[0]).toContain(controllers[0] ?? "");
});

test("systemd is told of what the kernel has taken, which it then writes less exactly, so that it is written again", () => {
  const unit = { manager: "system", name: "a-c.scope", version: 252 } as const;
  const planned = (resources: Resources): string[] =>
    planUpdate(resources, { paths: V2, mountPoint: hostPath(ROOT), now: { "cpu.max": "max 100000" }, unit }).steps.map((one) =>
      text(one).replace(/ < .*/, ""),
    );
  const write = 'write "33333 100000" to a/c/cpu.max';
  const set = "have systemd set of a-c.scope: CPUQuotaPeriodUSec=100000 CPUQuotaPerSecUSec=340000";
  expect(planned({ cpu: { quota: 33_333 } }).filter((line) => !line.startsWith("enable"))).toEqual([write, set, write]);
  expect(planned({ unified: { "memory.oom.group": "1" } }).filter((line) => !line.startsWith("enable"))).toEqual([
    'write "1" to a/c/memory.oom.group',
  ]);
});

test("[C93] what cannot be kept is refused, with the value that asked for it", () => {
  const refuse = (paths: typeof V1, resources: Resources, now: CgroupFiles = {}) => refusal(() => writes(paths, resources, now));
  expect(refuse(V2, { memory: { swap: 30 } })).toEqual({
    code: "config",
    message: "cannot limit swap: unable to set swap limit without memory limit",
    pointer: "/linux/resources/memory/swap",
  });
  expect(refuse(V2, { memory: { limit: 5, checkBeforeUpdate: true } }, { "memory.current": "6" })).toEqual({
    code: "state",
    message: "rejecting memory limit 5 < usage 6",
    pointer: "/linux/resources/memory/limit",
  });
  expect(
    refuse(V2, { memory: { limit: 7, swap: 8, checkBeforeUpdate: true } }, { "memory.current": "6", "memory.swap.current": "3" }),
  ).toEqual({
    code: "state",
    message: "rejecting memory+swap limit 8 < usage 9",
    pointer: "/linux/resources/memory/swap",
  });
  expect(refuse(V1, { hugepageLimits: [{ pageSize: "2MB", limit: 1 }] })).toEqual({
    code: "unsupported",
    message: 'cannot limit hugetlb: the container has no cgroup of the controller "hugetlb"',
    pointer: "/linux/resources/hugepageLimits/0",
  });
});

test.each<[string, string, string, string | undefined]>([
  ["memory.limit_in_bytes", "5", "10", "10"],
  ["cpu.max", "5 10", "max 100000", "max 100000"],
  ["cpuset.cpus", "0", "", ""],
  ["memory.oom_control", "1", "oom_kill_disable 0\nunder_oom 0\noom_kill 0", "0"],
  ["blkio.throttle.read_bps_device", "8:0 5", "8:16 7\n8:0 9", "8:0 9"],
  ["blkio.throttle.read_bps_device", "8:0 5", "", "8:0 0"],
  ["io.max", "8:0 rbps=1", "8:16 rbps=2 wbps=max riops=max wiops=max", "8:0 rbps=max wbps=max riops=max wiops=max"],
  ["io.weight", "910", "default 100\n8:0 50", "default 100"],
  ["io.weight", "8:0 50", "default 100", "8:0 default"],
  ["rdma.max", "mlx hca_handle=2", "mlx hca_handle=max hca_object=max", "mlx hca_handle=max hca_object=max"],
  ["net_prio.ifpriomap", "lo 5", "lo 0\neth0 1", "lo 0"],
  ["schemata", "L3:0=f\n", "    MB:0=20\n    L3:0=7ff;1=7ff", "L3:0=7ff;1=7ff\n"],
  ["schemata", "L2:0=f\n", "    L3:0=7ff", undefined],
  ["some.table", "x", "one 1\ntwo 2", undefined],
])("%s, to which %j was written, is put back from %j", (file, written, before, expected) => {
  expect(undoText(file, written, before)).toBe(expected);
});

test("the record has what the kernel took where it says so, and what earlier updates asked for", () => {
  const asked: Resources = { memory: { limit: 1000, swap: 0 }, cpu: { shares: 512 }, devices: [{ allow: true, access: "r" }] };
  const taken = [
    { origin: "/linux/resources/memory/limit", text: "1000", now: "4096" },
    { origin: "/linux/resources/cpu/shares", text: "20", now: "20" },
  ];
  expect(recordUpdate({ memory: { swap: 7 }, pids: { limit: 3 } }, asked, taken)).toEqual({
    memory: { swap: 7, limit: 4096 },
    pids: { limit: 3 },
    cpu: { shares: 512 },
  });
  const unlimited = { origin: "/linux/resources/memory/limit", text: "9223372036854775807", now: "9223372036854771712" };
  expect(recordUpdate({}, { memory: { limit: 9223372036854775807n } }, [unlimited])).toEqual({ memory: { limit: -1 } });
  const rate = { major: 8, minor: 0, rate: 2n ** 64n - 1n };
  const deep = { hugepageLimits: [{ pageSize: "2MB", limit: 2n ** 64n - 1n }], blockIO: { throttleReadBpsDevice: [rate] } };
  expect(recordUpdate({}, deep, [])).toEqual({
    hugepageLimits: [{ pageSize: "2MB", limit: 2 ** 64 }],
    blockIO: { throttleReadBpsDevice: [{ ...rate, rate: 2 ** 64 }] },
  });
});
