/** Control groups, version 1: where the container's are, and the limits written to them. */
import type { JsonObject } from "../../support/json.ts";
import { type Case, defaultNamespaces } from "./case.ts";

const resources = (more: JsonObject): JsonObject => ({ linux: { resources: { devices: [{ allow: false, access: "rwm" }], ...more } } });
const reads = (...files: readonly string[]): string[] => ["/probe", ...files.flatMap((file) => ["read", `/sys/fs/cgroup/${file}`])];

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
    title: "device access is r, w and m in any order and as often as they like",
    config: {
      linux: {
        devices: [
          { path: "/dev/allowed", type: "c", major: 7, minor: 0 },
          { path: "/dev/forbidden", type: "c", major: 7, minor: 1 },
        ],
        resources: {
          devices: [
            { allow: false, access: "mrwm" },
            { allow: true, type: "c", major: 7, minor: 0, access: "wwrrw" },
            { allow: true, type: "c", major: 7, minor: 1, access: "mm" },
          ],
        },
      },
    },
    args: ["/probe", "open", "/dev/allowed", "open", "/dev/forbidden"],
  },
  {
    title: "[C100] unified keys make create fail where cgroups are version 1",
    config: resources({ unified: { "memory.max": "67108864" } }),
    args: reads("memory/memory.limit_in_bytes"),
  },
  {
    title: "[C88] an absolute cgroupsPath is taken from the hierarchies' roots",
    config: { linux: { cgroupsPath: "/@ID@-absolute" } },
    args: ["/probe", "cgroup"],
  },
  {
    title: "[C88] a relative cgroupsPath is a place too",
    follow: {
      as: "runc",
      because: "a relative place is below the runtime's own cgroup; crun takes it from the hierarchy's root",
      differs: [],
    },
    config: { linux: { cgroupsPath: "@ID@-relative" } },
    args: ["/probe", "cgroup"],
  },
  {
    title: "without a cgroupsPath the cgroup is named after the container",
    follow: {
      as: "runc",
      because: "a relative place is below the runtime's own cgroup; crun takes it from the hierarchy's root",
      differs: [],
    },
    args: ["/probe", "cgroup"],
  },
  {
    title: "[C75] a cgroup mount in a cgroup namespace shows the container's cgroup as its root",
    config: { linux: { namespaces: defaultNamespaces("cgroup") } },
    args: ["/probe", "mount", "/sys/fs/cgroup/pids", "read", "/sys/fs/cgroup/pids/pids.max"],
    needs: ["cgroup-namespace"],
  },
  {
    title: "[C74] a read-only cgroup mount cannot be written",
    args: ["/probe", "mount", "/sys/fs/cgroup/pids", "write", "/sys/fs/cgroup/pids/pids.max", "3", "mkdir", "/sys/fs/cgroup/pids/child"],
  },
  {
    title: "[C39] the tmpfs that holds a read-only cgroup mount is read-only too",
    args: ["/probe", "mkdir", "/sys/fs/cgroup/new"],
    follow: {
      as: "specification",
      because: "ro is asked for; runc 1.1 and crun 1.8 both leave the tmpfs writable, one saved by its mode and the other not",
      shows: { exitCode: 0, lines: ["mkdir /sys/fs/cgroup/new EROFS"] },
    },
  },
  {
    title: "[C22] a limit that the kernel refuses makes create fail",
    config: resources({ cpu: { cpus: "4000" } }),
    args: ["/probe", "say", "never"],
  },
];

export const CGROUPS: readonly Case[] = V1.map((row) => ({ ...row, needs: ["cgroup-v1", ...(row.needs ?? [])] }));
