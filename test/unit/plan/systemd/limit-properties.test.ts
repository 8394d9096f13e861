/** Limits as properties; the numbers are those of runc 1.1.5 for the same resources. */
import { expect, test } from "bun:test";
import { planLimits } from "../../../../src/plan/cgroup/limits.ts";
import { planLimitProperties } from "../../../../src/plan/systemd/limit-properties.ts";
import type { Resources } from "../../../../src/spec/types.ts";

const INFINITY = (1n << 64n) - 1n;

function propertiesOf(resources: Resources, isV2: boolean, version = 252, now = {}): Record<string, unknown> {
  const { limits } = planLimits(resources, isV2 ? "v2" : "v1", now);
  return Object.fromEntries(planLimitProperties({ limits, isV2, version, now }).map(({ name, value }) => [name, value]));
}

test.each<[string, Resources, Record<string, unknown>]>([
  [
    "memory",
    { memory: { limit: 1 << 20, reservation: 1 << 19, swap: 3 << 20 } },
    { MemoryMax: 1n << 20n, MemoryLow: 1n << 19n, MemorySwapMax: 2n << 20n },
  ],
  ["no limit of memory", { memory: { limit: -1 } }, { MemoryMax: INFINITY, MemorySwapMax: INFINITY }],
  ["a quota", { cpu: { quota: 50_000 } }, { CPUQuotaPeriodUSec: 100_000n, CPUQuotaPerSecUSec: 500_000n }],
  [
    "a quota that is rounded up to a hundredth",
    { cpu: { quota: 33_333, period: 100_000 } },
    { CPUQuotaPeriodUSec: 100_000n, CPUQuotaPerSecUSec: 340_000n },
  ],
  ["a period", { cpu: { period: 50_000 } }, { CPUQuotaPeriodUSec: 50_000n, CPUQuotaPerSecUSec: INFINITY }],
  ["no quota", { cpu: { quota: -1 } }, { CPUQuotaPeriodUSec: 100_000n, CPUQuotaPerSecUSec: INFINITY }],
  ["shares", { cpu: { shares: 1024 } }, { CPUWeight: 100n }],
  ["an idle group", { cpu: { shares: 1024, idle: 1 } }, { CPUWeight: 0n }],
  ["processors", { cpu: { cpus: "0-2,9", mems: "0" } }, { AllowedCPUs: [7n, 2n], AllowedMemoryNodes: [1n] }],
  ["some of many processors", { cpu: { cpus: "0-7:1/4" } }, { AllowedCPUs: [0x11n] }],
  ["processes", { pids: { limit: 7 } }, { TasksMax: 7n }],
  ["any number of processes", { pids: { limit: -1 } }, { TasksMax: INFINITY }],
  ["a weight", { blockIO: { weight: 500 } }, { IOWeight: 4950n }],
  ["a weight for one device only", { blockIO: { weightDevice: [{ major: 8, minor: 0, weight: 500 }] } }, {}],
  [
    "files by name",
    { unified: { "memory.high": "4096", "memory.min": "max", "cpu.max": "max 20000", "hugetlb.2MB.max": "0" } },
    { MemoryHigh: 4096n, MemoryMin: INFINITY, CPUQuotaPeriodUSec: 20_000n, CPUQuotaPerSecUSec: INFINITY },
  ],
  [
    "an empty value, which changes nothing",
    { cpu: { quota: 50_000 }, unified: { "cpuset.cpus": "", "cpu.max": "" } },
    { CPUQuotaPeriodUSec: 100_000n, CPUQuotaPerSecUSec: 500_000n },
  ],
  ["a file with something else in it", { unified: { "memory.high": "4K" } }, {}],
])("on v2: %s", (_, resources, expected) => {
  expect(propertiesOf(resources, true)).toEqual(expected);
});

test.each<[string, Resources, Record<string, unknown>]>([
  ["memory", { memory: { limit: 1 << 20, swap: 3 << 20 } }, { MemoryLimit: 1n << 20n }],
  ["shares", { cpu: { shares: 512 } }, { CPUShares: 512n }],
  ["a quota", { cpu: { quota: 25_000, period: 50_000 } }, { CPUQuotaPeriodUSec: 50_000n, CPUQuotaPerSecUSec: 500_000n }],
  ["a quota of the usual period", { cpu: { quota: 25_000 } }, { CPUQuotaPerSecUSec: 250_000n }],
  ["a weight and processes", { blockIO: { weight: 500 }, pids: { limit: 7 } }, { BlockIOWeight: 500n, TasksMax: 7n }],
  ["processors, which systemd does not limit there", { cpu: { cpus: "0" } }, {}],
])("on v1: %s", (_, resources, expected) => {
  expect(propertiesOf(resources, false)).toEqual(expected);
});

test("an update is joined with what there is", () => {
  const now = { "cpu.max": "50000 50000", "cpu.cfs_quota_us": "25000", "cpu.cfs_period_us": "50000" };
  expect(propertiesOf({ cpu: { quota: 25_000 } }, true, 252, now)).toEqual({ CPUQuotaPeriodUSec: 50_000n, CPUQuotaPerSecUSec: 500_000n });
  expect(propertiesOf({ cpu: { quota: 50_000 } }, false, 252, now)).toEqual({ CPUQuotaPerSecUSec: 1_000_000n });
  expect(propertiesOf({ cpu: { period: 100_000 } }, false, 252, now)).toEqual({
    CPUQuotaPeriodUSec: 100_000n,
    CPUQuotaPerSecUSec: 250_000n,
  });
});

test("an older systemd is not told of what it does not know", () => {
  const resources: Resources = { cpu: { cpus: "0", quota: 1000, period: 10_000, idle: 1 }, memory: { limit: 4096 }, pids: { limit: 5 } };
  expect(propertiesOf(resources, true, 239)).toEqual({ MemoryMax: 4096n, TasksMax: 5n, CPUQuotaPerSecUSec: 100_000n });
  expect(propertiesOf(resources, true, 226)).toEqual({ CPUQuotaPerSecUSec: 100_000n });
});
