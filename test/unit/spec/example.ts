/** A config.json that uses every property that lamina knows; every other test of this folder starts from it. */
import type { JsonObject } from "../../support/json.ts";

const mapping = [{ containerID: 0, hostID: 1000, size: 65536 }];
const hook = { path: "/bin/hook", args: ["hook", "now"], env: ["A=b"], timeout: 5 };
const rate = [{ major: 8, minor: 0, rate: 600 }];
const capabilities = ["CAP_KILL", "CAP_AUDIT_WRITE"];

export const PROCESS = {
  terminal: true,
  consoleSize: { height: 25, width: 80 },
  cwd: "/",
  env: ["PATH=/bin", "TERM=xterm"],
  args: ["sh", "-c", "true"],
  user: { uid: 1, gid: 2, umask: 18, additionalGids: [5, 6] },
  rlimits: [{ type: "RLIMIT_NOFILE", soft: 1024, hard: 4096 }],
  apparmorProfile: "profile",
  capabilities: { bounding: capabilities, effective: capabilities, inheritable: [], permitted: capabilities, ambient: ["CAP_KILL"] },
  noNewPrivileges: true,
  oomScoreAdj: 100,
  scheduler: {
    policy: "SCHED_DEADLINE",
    nice: 1,
    priority: 0,
    flags: ["SCHED_FLAG_RECLAIM"],
    runtime: 10000,
    deadline: 20000,
    period: 30000,
  },
  selinuxLabel: "system_u:system_r:svirt_lxc_net_t:s0:c124,c675",
  ioPriority: { class: "IOPRIO_CLASS_IDLE", priority: 4 },
  execCPUAffinity: { initial: "0-1", final: "0,2-3" },
} as const satisfies JsonObject;

export const RESOURCES = {
  devices: [
    { allow: false, access: "rwm" },
    { allow: true, type: "c", major: 10, minor: 229, access: "rw" },
  ],
  memory: {
    limit: 536870912,
    reservation: 536870912,
    swap: 536870912,
    kernel: -1,
    kernelTCP: -1,
    swappiness: 0,
    disableOOMKiller: false,
    useHierarchy: true,
    checkBeforeUpdate: true,
  },
  cpu: {
    shares: 1024,
    quota: 1000000,
    burst: 1000,
    period: 500000,
    realtimeRuntime: 950000,
    realtimePeriod: 1000000,
    cpus: "2-3",
    mems: "0-7",
    idle: 0,
  },
  pids: { limit: 32771 },
  blockIO: {
    weight: 10,
    leafWeight: 10,
    weightDevice: [{ major: 8, minor: 0, weight: 500, leafWeight: 300 }],
    throttleReadBpsDevice: rate,
    throttleWriteBpsDevice: rate,
    throttleReadIOPSDevice: rate,
    throttleWriteIOPSDevice: rate,
  },
  hugepageLimits: [{ pageSize: "2MB", limit: 209715200 }],
  network: { classID: 1048577, priorities: [{ name: "eth0", priority: 500 }] },
  rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10000 } },
  unified: { "io.max": "259:0 rbps=2097152" },
} as const satisfies JsonObject;

const SECCOMP = {
  defaultAction: "SCMP_ACT_ERRNO",
  defaultErrnoRet: 1,
  architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
  flags: ["SECCOMP_FILTER_FLAG_LOG"],
  listenerPath: "/run/listener",
  listenerMetadata: "meta",
  syscalls: [
    {
      names: ["getcwd", "chmod"],
      action: "SCMP_ACT_ERRNO",
      errnoRet: 13,
      args: [{ index: 0, value: 1, valueTwo: 2, op: "SCMP_CMP_MASKED_EQ" }],
    },
  ],
} as const satisfies JsonObject;

export const CONFIG = {
  ociVersion: "1.3.0",
  root: { path: "rootfs", readonly: true },
  mounts: [
    { destination: "/data", type: "none", source: "/host", options: ["rbind", "idmap"], uidMappings: mapping, gidMappings: mapping },
  ],
  process: PROCESS,
  hostname: "box",
  domainname: "example",
  hooks: { prestart: [hook], createRuntime: [hook], createContainer: [hook], startContainer: [hook], poststart: [hook], poststop: [hook] },
  annotations: { "com.example.key": "value" },
  linux: {
    namespaces: [
      ...["mount", "ipc", "uts", "user", "cgroup", "time"].map((type) => ({ type })),
      { type: "pid", path: "/proc/1/ns/pid" },
      { type: "network", path: "/run/netns/a" },
    ],
    uidMappings: mapping,
    gidMappings: mapping,
    timeOffsets: { monotonic: { secs: 172800, nanosecs: 1 }, boottime: { secs: -5, nanosecs: 0 } },
    devices: [{ path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 438, uid: 0, gid: 0 }],
    netDevices: { eth0: { name: "inside" } },
    cgroupsPath: "/a/b",
    resources: RESOURCES,
    intelRdt: { closID: "group", schemata: ["L2:0=f"], l3CacheSchema: "L3:0=7f0", memBwSchema: "MB:0=20", enableMonitoring: true },
    memoryPolicy: { mode: "MPOL_INTERLEAVE", nodes: "2-3", flags: ["MPOL_F_STATIC_NODES"] },
    sysctl: { "net.ipv4.ip_forward": "1" },
    seccomp: SECCOMP,
    rootfsPropagation: "slave",
    maskedPaths: ["/proc/kcore"],
    readonlyPaths: ["/proc/sys"],
    mountLabel: "label",
    personality: { domain: "LINUX32", flags: [] },
  },
} as const satisfies JsonObject;

export const LAYERS = {
  schemaVersion: 1,
  layers: ["sha256:aa", "base"],
  upper: "upper",
  driver: "overlay",
  options: { readonly: false, volatile: true },
} as const satisfies JsonObject;

/** The smallest config.json that passes, for tests that add one thing to it. */
export const MINIMAL = { ociVersion: "1.3.0", process: { cwd: "/", args: ["sh"] } } as const satisfies JsonObject;
