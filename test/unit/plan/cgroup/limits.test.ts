/** linux.resources on cgroup v1 and v2. */
import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import { weightOfShares } from "../../../../src/plan/cgroup/limits-v2.ts";
import type { CgroupFacts } from "../../../../src/plan/facts.ts";
import { SYNC_POINTS } from "../../../../src/plan/steps/step.ts";
import type { Resources } from "../../../../src/spec/types.ts";
import { HYBRID, NONE, plan, ROOT, ROOTLESS, refusal, text, V2, WITH_HUGETLB, writes } from "./cases.ts";

const EVERYTHING: Resources = {
  memory: { limit: 1000000, reservation: 500000, swap: 2000000 },
  cpu: { shares: 1024, quota: 50000, period: 100000, burst: 1000, cpus: "0", mems: "0", idle: 0 },
  pids: { limit: 10 },
  blockIO: {
    weight: 100,
    weightDevice: [{ major: 8, minor: 0, weight: 500 }],
    throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 600 }],
    throttleWriteIOPSDevice: [{ major: 8, minor: 16, rate: 300 }],
  },
};

test("on cgroup v1 each limit is one write, in an order that the kernel accepts", () => {
  expect(
    writes(HYBRID, { ...EVERYTHING, memory: { ...EVERYTHING.memory, swappiness: 10, disableOOMKiller: true, useHierarchy: true } }),
  ).toEqual([
    'write "0" to cpu,cpuacct/c/cpu.idle < /cpu/idle',
    'write "1024" to cpu,cpuacct/c/cpu.shares < /cpu/shares',
    'write "100000" to cpu,cpuacct/c/cpu.cfs_period_us < /cpu/period',
    'write "50000" to cpu,cpuacct/c/cpu.cfs_quota_us < /cpu/quota',
    'write "1000" to cpu,cpuacct/c/cpu.cfs_burst_us (warn) < /cpu/burst',
    'write "0" to cpuset/c/cpuset.cpus < /cpu/cpus',
    'write "0" to cpuset/c/cpuset.mems < /cpu/mems',
    'write "-1" to memory/c/memory.memsw.limit_in_bytes < /memory/swap',
    'write "1000000" to memory/c/memory.limit_in_bytes < /memory/limit',
    'write "2000000" to memory/c/memory.memsw.limit_in_bytes < /memory/swap',
    'write "500000" to memory/c/memory.soft_limit_in_bytes < /memory/reservation',
    'write "1" to memory/c/memory.oom_control < /memory/disableOOMKiller',
    'write "10" to memory/c/memory.swappiness < /memory/swappiness',
    'write "1" to memory/c/memory.use_hierarchy (warn) < /memory/useHierarchy',
    'write "100" to blkio/c/blkio.weight (else) < /blockIO/weight',
    'write "100" to blkio/c/blkio.bfq.weight < /blockIO/weight',
    'write "8:0 500" to blkio/c/blkio.weight_device (else) < /blockIO/weightDevice/0',
    'write "8:0 500" to blkio/c/blkio.bfq.weight_device < /blockIO/weightDevice/0',
    'write "8:0 600" to blkio/c/blkio.throttle.read_bps_device < /blockIO/throttleReadBpsDevice/0',
    'write "8:16 300" to blkio/c/blkio.throttle.write_iops_device < /blockIO/throttleWriteIOPSDevice/0',
    'later: write "10" to pids/c/pids.max < /pids/limit',
  ]);
});

test("[C95] [C97] on cgroup v2 the limits are converted", () => {
  const resources: Resources = {
    ...EVERYTHING,
    hugepageLimits: [{ pageSize: "2MB", limit: 9223372036854771712n }],
    rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10 } },
    unified: { "io.max": "259:0 rbps=1\n253:0 wiops=2\n", "memory.high": "7", "cpuset.cpus": "" },
  };
  expect(writes(V2, resources)).toEqual([
    'write "1000000" to c/memory.swap.max < /memory/swap',
    'write "1000000" to c/memory.max < /memory/limit',
    'write "500000" to c/memory.low < /memory/reservation',
    'write "100" to c/io.bfq.weight (else) < /blockIO/weight',
    'write "910" to c/io.weight < /blockIO/weight',
    'write "8:0 500" to c/io.bfq.weight (else) < /blockIO/weightDevice/0',
    'write "8:0 4950" to c/io.weight < /blockIO/weightDevice/0',
    'write "8:0 rbps=600" to c/io.max < /blockIO/throttleReadBpsDevice/0',
    'write "8:16 wiops=300" to c/io.max < /blockIO/throttleWriteIOPSDevice/0',
    'write "0" to c/cpu.idle < /cpu/idle',
    'write "100" to c/cpu.weight < /cpu/shares',
    'write "50000 100000" to c/cpu.max < /cpu/quota',
    'write "1000" to c/cpu.max.burst (warn) < /cpu/burst',
    'write "0" to c/cpuset.cpus < /cpu/cpus',
    'write "0" to c/cpuset.mems < /cpu/mems',
    'write "9223372036854771712" to c/hugetlb.2MB.max < /hugepageLimits/0',
    'write "9223372036854771712" to c/hugetlb.2MB.rsvd.max (ignore) < /hugepageLimits/0',
    'write "mlx5_1 hca_handle=3 hca_object=10" to c/rdma.max < /rdma/mlx5_1',
    'write "259:0 rbps=1" to c/io.max < /unified/io.max',
    'write "253:0 wiops=2" to c/io.max < /unified/io.max',
    'write "7" to c/memory.high < /unified/memory.high',
    'write "" to c/cpuset.cpus < /unified/cpuset.cpus',
    'later: write "10" to c/pids.max < /pids/limit',
  ]);
});

test("on cgroup v2 controllers are enabled on the way down, and devices are filtered by a program", () => {
  const { before, entry } = plan(V2, { hugepageLimits: [{ pageSize: "2MB", limit: 0 }] }, "/a/c");
  expect(before.map(text).filter((line) => !line.includes("hugetlb.2MB"))).toEqual([
    "make cgroup a/c < /linux/cgroupsPath",
    "enable io, memory, hugetlb, cpu, pids below cgroup /sys/fs/cgroup, as far as it has them < ",
    "enable io, memory, hugetlb, cpu, pids below cgroup a, as far as it has them < ",
    expect.stringMatching(/^attach a device filter of \d+ instructions to cgroup a\/c < \/linux\/resources\/devices$/),
  ]);
  const meeting = [{ origin: "/linux/cgroupsPath", step: { op: "sync", point: SYNC_POINTS.cgroup } } as const];
  expect(entry).toEqual({ meeting, first: [], unified: { path: hostPath(`${ROOT}/a/c`), isNeeded: true, origin: "/linux/cgroupsPath" } });
});

test.each<[string, Resources, string[], string[]]>([
  [
    "0 is not set",
    { memory: { limit: 0, swap: 0, reservation: 0 }, cpu: { shares: 0, quota: 0, period: 0 }, blockIO: { weight: 0 } },
    [],
    [],
  ],
  [
    "no limit on memory is none on swap",
    { memory: { limit: -1 } },
    [
      'write "-1" to memory/c/memory.memsw.limit_in_bytes (ignore) < /memory/limit',
      'write "-1" to memory/c/memory.limit_in_bytes < /memory/limit',
    ],
    ['write "max" to c/memory.swap.max (ignore) < /memory/swap', 'write "max" to c/memory.max < /memory/limit'],
  ],
  [
    "swap may be unlimited",
    { memory: { limit: 5, swap: -1 } },
    ['write "-1" to memory/c/memory.memsw.limit_in_bytes < /memory/swap', 'write "5" to memory/c/memory.limit_in_bytes < /memory/limit'],
    ['write "max" to c/memory.swap.max (ignore) < /memory/swap', 'write "5" to c/memory.max < /memory/limit'],
  ],
  [
    "zero processes are a limit, of the one that is there",
    { pids: { limit: 0 } },
    ['later: write "1" to pids/c/pids.max < /pids/limit'],
    ['later: write "1" to c/pids.max < /pids/limit'],
  ],
  [
    "-1 processes are none",
    { pids: { limit: -1 } },
    ['later: write "max" to pids/c/pids.max < /pids/limit'],
    ['later: write "max" to c/pids.max < /pids/limit'],
  ],
  [
    "a quota may be lifted",
    { cpu: { quota: -1 } },
    ['write "-1" to cpu,cpuacct/c/cpu.cfs_quota_us < /cpu/quota'],
    ['write "max 100000" to c/cpu.max < /cpu/quota'],
  ],
])("%s", (_, resources, v1, v2) => {
  expect(writes(HYBRID, resources)).toEqual(v1);
  expect(writes(V2, resources)).toEqual(v2);
});

test.each([
  [1, 1],
  [2, 1],
  [1024, 100],
  [262144, 10000],
  [1n << 63n, 10000],
])("%p shares weigh %d", (shares, weight) => {
  expect(weightOfShares(shares)).toBe(weight);
});

test.each<[string, CgroupFacts, Resources, string, string]>([
  [
    "a controller that is not mounted",
    HYBRID,
    { hugepageLimits: [{ pageSize: "2MB", limit: 1 }] },
    'controller "hugetlb" is not available',
    "hugepageLimits/0",
  ],
  [
    "a controller that v2 lacks",
    { ...V2, availableControllers: ["pids"] },
    { memory: { limit: 9 } },
    'controller "memory" is not available',
    "memory/limit",
  ],
  ["unified without v2", HYBRID, { unified: { "memory.high": "1" } }, "invalid configuration: cannot use unified on cgroup v1", "unified"],
  ["an unknown controller in unified", V2, { unified: { "foo.max": "1" } }, 'controller "foo" is not available', "unified/foo.max"],
  ["an unknown controller without a value", V2, { unified: { "foo.max": "" } }, 'controller "foo" is not available', "unified/foo.max"],
  ["a path in unified", V2, { unified: { "../memory.max": "1" } }, "CONTROLLER.PARAMETER", "unified/..~1memory.max"],
  ["no parameter in unified", V2, { unified: { memory: "1" } }, "CONTROLLER.PARAMETER", "unified/memory"],
  ["a path in a page size", WITH_HUGETLB, { hugepageLimits: [{ pageSize: "../x", limit: 1 }] }, "not a file in a", "hugepageLimits/0"],
  ["[C101] swap without memory on v2", V2, { memory: { swap: 1 } }, "unable to set swap limit without memory limit", "memory/swap"],
  [
    "[C101] less swap than memory on v2",
    V2,
    { memory: { limit: 2, swap: 1 } },
    "1 for memory and swap together is less than 2",
    "memory/swap",
  ],
  ["[C101] swappiness on v2", V2, { memory: { swappiness: 0 } }, "cgroup v2 has no equivalent", "memory/swappiness"],
  ["[C101] no killing on v2", V2, { memory: { disableOOMKiller: true } }, "cgroup v2 has no equivalent", "memory/disableOOMKiller"],
  ["[C101] network on v2", V2, { network: { classID: 1 } }, "cgroup v2 has no equivalent", "network/classID"],
  ["[C101] realtime on v2", V2, { cpu: { realtimeRuntime: 1 } }, "cgroup v2 has no equivalent", "cpu/realtimeRuntime"],
  ["[C101] leaf weights on v2", V2, { blockIO: { leafWeight: 10 } }, "cgroup v2 has no equivalent", "blockIO/leafWeight"],
  ["one share on v1", HYBRID, { cpu: { shares: 1 } }, "the minimum allowed cpu-shares is 2", "cpu/shares"],
  ["too many shares on v1", HYBRID, { cpu: { shares: 262145 } }, "the maximum allowed cpu-shares is 262144", "cpu/shares"],
  ["more burst than quota", V2, { cpu: { quota: 1000, burst: 1001 } }, "burst 1001 is more than quota 1000", "cpu/burst"],
  ["limits without permission", ROOTLESS, { memory: { limit: 9 } }, "cannot limit memory: this user cannot create cgroups", "memory/limit"],
  ["limits without cgroups", NONE, { pids: { limit: 1 } }, "cannot limit pids: no cgroup file system is mounted", "pids/limit"],
  ["devices without cgroups", NONE, {}, "cannot forbid devices", "devices"],
])("%s: refused", (_, facts, resources, message, pointer) => {
  expect(refusal(() => plan(facts, resources))).toMatchObject({
    message: expect.stringContaining(message),
    pointer: `/linux/resources/${pointer}`,
  });
});

test("a user without cgroups stays in the runtime's, without a warning, if nothing is asked for", () => {
  expect(plan(ROOTLESS, { devices: [{ allow: false, access: "rwm" }] })).toEqual({
    paths: {},
    before: [],
    meeting: [],
    entry: { meeting: [], first: [], unified: undefined },
    after: [],
    warnings: [],
  });
  expect(refusal(() => plan(ROOTLESS, undefined, "/x"))).toMatchObject({ code: "unsupported", pointer: "/linux/cgroupsPath" });
});

test("a user with a delegated cgroup gets limits, and no device program", () => {
  const { before, entry } = plan({ ...V2, rootless: true }, { memory: { limit: 9 } });
  expect(before.map(text)).toContain('write "9" to user.slice/c1/memory.max < /linux/resources/memory/limit');
  expect(before.some(({ step }) => step.op === "attachDeviceProgram")).toBe(false);
  expect(entry.unified?.isNeeded).toBe(true);
});

test("kernel memory is ignored with a warning, and on v2 that of TCP too", () => {
  const memory = { kernel: -1, kernelTCP: 5 };
  const ignored = (name: string): string => `ignoring /linux/resources/memory/${name}: kernel memory has no limit of its own`;
  expect(plan(HYBRID, { memory }).warnings).toEqual([ignored("kernel")]);
  expect(plan(V2, { memory }).warnings).toEqual([ignored("kernel"), ignored("kernelTCP")]);
});

test("on v1 the memory of TCP buffers has a limit", () => {
  expect(writes(HYBRID, { memory: { kernelTCP: 5 } })).toContain(
    'write "5" to memory/c/memory.kmem.tcp.limit_in_bytes (warn) < /memory/kernelTCP',
  );
});
