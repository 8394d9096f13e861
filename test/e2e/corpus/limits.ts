/** Limits of control groups, version 1: the files that hold them, and what cannot be limited. */
import type { JsonObject } from "../../support/json.ts";
import type { Case } from "./case.ts";

const resources = (more: JsonObject): JsonObject => ({ linux: { resources: { devices: [{ allow: false, access: "rwm" }], ...more } } });
const reads = (...files: readonly string[]): string[] => ["/probe", ...files.flatMap((file) => ["read", `/sys/fs/cgroup/${file}`])];

/** A block device that is there wherever the kernel has loop devices. */
const LOOP = { major: 7, minor: 0 };

const V1: readonly Case[] = [
  {
    title: "[C92] memory limit, reservation and swap are set",
    config: resources({ memory: { limit: 67108864, reservation: 33554432, swap: 134217728 } }),
    args: reads("memory/memory.limit_in_bytes", "memory/memory.soft_limit_in_bytes", "memory/memory.memsw.limit_in_bytes"),
  },
  {
    title: "[C92] memory limits of -1 are unlimited",
    config: resources({ memory: { limit: -1, swap: -1 } }),
    args: reads("memory/memory.limit_in_bytes"),
  },
  {
    title: "[C92] swappiness and the oom killer's switch are set",
    config: resources({ memory: { limit: 67108864, swappiness: 30, disableOOMKiller: true } }),
    args: reads("memory/memory.swappiness", "memory/memory.oom_control"),
  },
  {
    title: "[C94] cpu shares, quota and period are set",
    config: resources({ cpu: { shares: 512, quota: 20000, period: 50000 } }),
    args: reads("cpu/cpu.shares", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"),
  },
  {
    title: "[C94] a period of its own without a quota is set",
    config: resources({ cpu: { period: 60000 } }),
    args: reads("cpu/cpu.cfs_period_us", "cpu/cpu.cfs_quota_us"),
  },
  {
    title: "[C95] cpus and memory nodes are set",
    config: resources({ cpu: { cpus: "0", mems: "0" } }),
    args: reads("cpuset/cpuset.cpus", "cpuset/cpuset.mems"),
  },
  {
    title: "[C95] without cpus and memory nodes the parent's are inherited",
    args: reads("cpuset/cpuset.mems"),
  },
  {
    title: "[C98] the limit of processes is set",
    config: resources({ pids: { limit: 23 } }),
    args: reads("pids/pids.max"),
  },
  {
    title: "[C98] a limit of -1 processes is no limit",
    follow: {
      as: "runc",
      because: "-1 is max; crun 1.8 writes it to pids.max as it is, which the kernel refuses",
      differs: ["- exit status 0", "+ exit status 1", "- read /sys/fs/cgroup/pids/pids.max ok max\\n"],
    },
    config: resources({ pids: { limit: -1 } }),
    args: reads("pids/pids.max"),
  },
  {
    title: "[C98] a limit of 0 processes is one of the process that is there",
    follow: {
      as: "specification",
      because: "0 is a limit; runc writes it as 1 since 1.4 and passed it over before, crun 1.8 as 0",
      shows: { exitCode: 0, lines: ["read /sys/fs/cgroup/pids/pids.max ok 1\\n"] },
    },
    config: { ociVersion: "1.3.0", ...resources({ pids: { limit: 0 } }) },
    args: reads("pids/pids.max"),
  },
  {
    title: "before version 1.3 a limit of 0 processes is one that is not set",
    follow: {
      as: "runc",
      because: "engines of that time wrote 0 for no limit; crun 1.8 takes it as it is, and then nothing can start",
      differs: ["- exit status 0", "+ exit status 1", "- read /sys/fs/cgroup/pids/pids.max ok max\\n"],
    },
    config: { ociVersion: "1.2.1", ...resources({ pids: { limit: 0 } }) },
    args: reads("pids/pids.max"),
  },
  {
    title: "[C92] a soft limit of -1 is none, and the killer goes on",
    config: resources({ memory: { limit: 67108864, reservation: -1, disableOOMKiller: false } }),
    args: reads("memory/memory.soft_limit_in_bytes", "memory/memory.oom_control"),
  },
  {
    title: "[C92] what memory has no longer, or has always, is no error",
    config: resources({ memory: { limit: 67108864, kernel: -1, kernelTCP: -1, useHierarchy: true, checkBeforeUpdate: true } }),
    args: reads("memory/memory.limit_in_bytes", "memory/memory.kmem.tcp.limit_in_bytes", "memory/memory.use_hierarchy"),
  },
  {
    title: "[C92] a limit of the kernel's memory, which it has no longer, leaves the others",
    config: resources({ memory: { limit: 67108864, kernel: 33554432, checkBeforeUpdate: false } }),
    args: reads("memory/memory.limit_in_bytes"),
  },
  {
    title: "[C92] the buffers of TCP are limited",
    follow: {
      as: "crun",
      because: "the kernel has the limit; runc 1.1 does not set it",
      differs: [
        "- read /sys/fs/cgroup/memory/memory.kmem.tcp.limit_in_bytes ok 33554432\\n",
        "+ read /sys/fs/cgroup/memory/memory.kmem.tcp.limit_in_bytes ok 9223372036854771712\\n",
      ],
    },
    config: resources({ memory: { kernelTCP: 33554432 } }),
    args: reads("memory/memory.kmem.tcp.limit_in_bytes"),
  },
  {
    title: "[C92] limits hold for groups below, even if they are not to",
    follow: {
      as: "runc",
      because: "no kernel since 5.11 can do otherwise, and nothing depends on it; crun 1.8 fails",
      differs: ["- exit status 0", "+ exit status 1", "- read /sys/fs/cgroup/memory/memory.use_hierarchy ok 1\\n"],
    },
    config: resources({ memory: { limit: 67108864, useHierarchy: false } }),
    args: reads("memory/memory.use_hierarchy"),
  },
  {
    title: "[C94] a quota of -1 is none",
    follow: {
      as: "runc",
      because: "-1 is no limit; crun 1.8 writes the quota before its period fits",
      differs: ["- exit status 0", "+ exit status 1", "- read /sys/fs/cgroup/cpu/cpu.cfs_quota_us ok -1\\n"],
    },
    config: resources({ cpu: { quota: -1, period: 50000 } }),
    args: reads("cpu/cpu.cfs_quota_us"),
  },
  {
    title: "[C94] what was saved of a quota can be spent later",
    follow: {
      as: "specification",
      because: "runc 1.1 and crun 1.8 do not know burst; later versions of both do",
      shows: {
        exitCode: 0,
        lines: ["read /sys/fs/cgroup/cpu/cpu.cfs_burst_us ok 10000\\n", "read /sys/fs/cgroup/cpu/cpu.cfs_quota_us ok 20000\\n"],
      },
    },
    config: resources({ cpu: { quota: 20000, period: 50000, burst: 10000 } }),
    args: reads("cpu/cpu.cfs_burst_us", "cpu/cpu.cfs_quota_us"),
  },
  {
    title: "[C95] a group that is idle",
    follow: {
      as: "crun",
      because: "runc 1.1 does not know idle; runc 1.2 does",
      differs: ["- read /sys/fs/cgroup/cpu/cpu.idle ok 1\\n", "+ read /sys/fs/cgroup/cpu/cpu.idle ok 0\\n"],
    },
    config: resources({ cpu: { idle: 1 } }),
    args: reads("cpu/cpu.idle"),
  },
  {
    title: "[C95] realtime and its period",
    config: resources({ cpu: { realtimeRuntime: 10000, realtimePeriod: 500000 } }),
    args: reads("cpu/cpu.rt_runtime_us", "cpu/cpu.rt_period_us"),
  },
  {
    title: "[C95] realtime without an end, where the groups above have one",
    config: resources({ cpu: { realtimeRuntime: -1 } }),
    args: reads("cpu/cpu.rt_runtime_us"),
  },
  {
    title: "[C96] a weight of block I/O",
    follow: {
      as: "runc",
      because: "the weight is BFQ's since Linux 5.0; crun 1.8 writes the file that kernels had before",
      differs: ["- exit status 0", "+ exit status 1", "- read /sys/fs/cgroup/blkio/blkio.bfq.weight ok 300\\n"],
    },
    config: resources({ blockIO: { weight: 300 } }),
    args: reads("blkio/blkio.bfq.weight"),
    needs: ["bfq"],
  },
  {
    title: "[C96] a weight of block I/O that old kernels had",
    config: resources({ blockIO: { leafWeight: 300 } }),
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C96] weights of a device are an error where it is scheduled otherwise",
    config: resources({ blockIO: { weightDevice: [{ ...LOOP, weight: 300 }] } }),
    args: reads("blkio/blkio.bfq.weight_device"),
    needs: ["loop"],
  },
  {
    title: "[C96] a leaf's weight of a device, that old kernels had",
    config: resources({ blockIO: { weightDevice: [{ ...LOOP, weight: 300, leafWeight: 200 }] } }),
    args: ["/probe", "say", "never"],
    needs: ["loop"],
  },
  {
    title: "[C96] rates of a device",
    config: resources({
      blockIO: {
        throttleReadBpsDevice: [{ ...LOOP, rate: 1048576 }],
        throttleWriteBpsDevice: [{ ...LOOP, rate: 2097152 }],
        throttleReadIOPSDevice: [{ ...LOOP, rate: 100 }],
        throttleWriteIOPSDevice: [{ ...LOOP, rate: 200 }],
      },
    }),
    args: reads(...["read_bps", "write_bps", "read_iops", "write_iops"].map((what) => `blkio/blkio.throttle.${what}_device`)),
    needs: ["loop"],
  },
  {
    title: "[C97] huge pages of a size that no machine has are an error",
    config: resources({ hugepageLimits: [{ pageSize: "3MB", limit: 3145728 }] }),
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C73] a class of packets, where they can have none",
    config: resources({ network: { classID: 1048577 } }),
    args: ["/probe", "say", "never"],
    needs: ["no-network-classes"],
  },
  {
    title: "a priority at an interface that is not there is an error",
    config: resources({ network: { priorities: [{ name: "no-such-cable", priority: 1 }] } }),
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C99] handles and objects of a device that is not there are an error",
    follow: {
      as: "runc",
      because: "what cannot be limited is an error; crun passes over rdma on cgroup v1",
      differs: ["- exit status 1", "+ exit status 0", "+ never"],
    },
    config: resources({ rdma: { "no-such-device": { hcaHandles: 3, hcaObjects: 10000 } } }),
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C102] cache and bandwidth where nobody can limit them are an error",
    follow: {
      as: "runc",
      because: "what cannot be applied is an error; crun 1.8 does not know intelRdt",
      differs: ["- exit status 1", "+ exit status 0", "+ never"],
    },
    config: { linux: { intelRdt: { closID: "lamina-test", l3CacheSchema: "L3:0=f", memBwSchema: "MB:0=20", enableMonitoring: false } } },
    args: ["/probe", "say", "never"],
    needs: ["no-resctrl"],
  },
  {
    title: "[C102] all schemas in one list are so, too, and monitoring",
    follow: {
      as: "specification",
      because: "what cannot be applied is an error; runc 1.1 and crun 1.8 do not know schemata",
      shows: { exitCode: 1, lines: [] },
    },
    config: { linux: { intelRdt: { schemata: ["L3:0=f"], enableMonitoring: true } } },
    args: ["/probe", "say", "never"],
    needs: ["no-resctrl"],
  },
  {
    title: "[C100] unified keys make create fail where cgroups are version 1",
    config: resources({ unified: { "memory.max": "67108864" } }),
    args: reads("memory/memory.limit_in_bytes"),
  },
  {
    title: "[C22] a limit that the kernel refuses makes create fail",
    config: resources({ cpu: { cpus: "4000" } }),
    args: ["/probe", "say", "never"],
  },
];

export const LIMITS: readonly Case[] = V1.map((row) => ({ ...row, needs: ["cgroup-v1", ...(row.needs ?? [])] }));
