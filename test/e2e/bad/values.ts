/** Bundles whose config.json breaks the specification's rules. Each error names the place of the bad value. */

import { join } from "node:path";
import { DEFAULT_CONFIG } from "../../support/default-config.ts";
import type { Json, JsonObject } from "../../support/json.ts";
import type { BadBundle } from "./case.ts";

const inProcess = (over: JsonObject): JsonObject => ({ process: over });
const inLinux = (over: JsonObject): JsonObject => ({ linux: over });
const inSeccomp = (over: JsonObject): JsonObject => inLinux({ seccomp: { defaultAction: "SCMP_ACT_ALLOW", ...over } });
const NAMESPACES = ((DEFAULT_CONFIG.linux as JsonObject).namespaces as readonly Json[]) ?? [];
const withNamespaces = (...more: readonly Json[]): JsonObject => inLinux({ namespaces: [...NAMESPACES, ...more] });
const withoutNamespace = (type: string): readonly Json[] => NAMESPACES.filter((row) => !JSON.stringify(row).includes(type));
const MAP = [{ containerID: 0, hostID: 100000, size: 65536 }];
const hook = (over: JsonObject): JsonObject => ({ hooks: { prestart: [{ path: "/bin/true", ...over }] } });

export const BAD_VALUES: readonly BadBundle[] = [
  { title: "[C32] a config without ociVersion", config: { ociVersion: null }, says: ["ociVersion"] },
  { title: "[C32] an ociVersion that is not a version", config: { ociVersion: "banana" }, says: ["/ociVersion", "banana"] },
  { title: "[C33] an ociVersion of another major version", config: { ociVersion: "2.0.0" }, says: ["/ociVersion", "2.0.0"] },
  { title: "[C34] a config without root", config: { root: null }, says: ["root"] },
  { title: "[C34] a root without a path", config: { root: { path: null } }, says: ["/root", "path"] },
  { title: "[C50] an empty list of arguments", args: [], says: ["/process/args"] },
  { title: "[C50] arguments that are not a list", config: inProcess({ args: "sh" }), says: ["/process/args"] },
  { title: "[C50] an argument that is a number", config: inProcess({ args: ["/probe", 7] }), says: ["/process/args/1"] },
  { title: "[C49] a working directory that is relative", config: inProcess({ cwd: "tmp" }), says: ["/process/cwd", "tmp"] },
  { title: "[C49] a process without a working directory", config: inProcess({ cwd: null }), says: ["cwd"] },
  { title: "a user id below zero", config: inProcess({ user: { uid: -1, gid: 0 } }), says: ["/process/user/uid", "-1"] },
  {
    title: "a user id beyond 32 bits",
    config: inProcess({ user: { uid: 4294967296, gid: 0 } }),
    says: ["/process/user/uid", "4294967296"],
  },
  { title: "a group id that is not a whole number", config: inProcess({ user: { uid: 0, gid: 1.5 } }), says: ["/process/user/gid", "1.5"] },
  { title: "an environment entry that is not a string", config: inProcess({ env: [1] }), says: ["/process/env/0"] },
  {
    title: "[C51] an unknown limit",
    config: inProcess({ rlimits: [{ type: "RLIMIT_NONSENSE", soft: 1, hard: 1 }] }),
    says: ["/process/rlimits/0", "RLIMIT_NONSENSE"],
  },
  {
    title: "[C53] the same limit twice",
    config: inProcess({
      rlimits: [
        { type: "RLIMIT_CORE", soft: 1, hard: 1 },
        { type: "RLIMIT_CORE", soft: 2, hard: 2 },
      ],
    }),
    says: ["/process/rlimits/1", "RLIMIT_CORE"],
  },
  { title: "a mount without a destination", mounts: [{ type: "tmpfs", source: "tmpfs" }], says: ["/mounts/7", "destination"] },
  {
    title: "mount options that are not a list",
    mounts: [{ destination: "/a", type: "tmpfs", options: "ro" }],
    says: ["/mounts/7/options"],
  },
  {
    title: "[C47] a mount with uid maps but no gid maps",
    mounts: [{ destination: "/a", source: "/tmp", options: ["bind", "idmap"], uidMappings: MAP }],
    says: ["/mounts/7", "gidMappings"],
  },
  { title: "[C64] a hook with a relative path", config: hook({ path: "true" }), says: ["/hooks/prestart/0/path", "true"] },
  { title: "[C64] a hook with a timeout of zero", config: hook({ timeout: 0 }), says: ["/hooks/prestart/0/timeout", "0"] },
  { title: "[C64] a hook with a timeout below zero", config: hook({ timeout: -5 }), says: ["/hooks/prestart/0/timeout", "-5"] },
  { title: "[C71] an annotation without a key", config: { annotations: { "": "value" } }, says: ["/annotations"] },
  { title: "[C71] an annotation that is not a string", config: { annotations: { key: 1 } }, says: ["/annotations/key"] },
  { title: "[C75] an unknown namespace", config: withNamespaces({ type: "nonsense" }), says: ["/linux/namespaces/5", "nonsense"] },
  { title: "[C77] the same namespace twice", config: withNamespaces({ type: "pid" }), says: ["/linux/namespaces/5", "pid"] },
  {
    title: "[C76] a namespace with a relative path",
    config: inLinux({ namespaces: [...withoutNamespace("network"), { type: "network", path: "proc/self/ns/net" }] }),
    says: ["/linux/namespaces/4", "proc/self/ns/net"],
  },
  {
    title: "[C76] a namespace path that does not exist",
    config: inLinux({ namespaces: [...withoutNamespace("network"), { type: "network", path: "/no/such/namespace" }] }),
    says: ["cannot open network namespace /no/such/namespace: no such file or directory", "its file is bind-mounted"],
  },
  {
    title: "[C76] a namespace path of another type",
    config: inLinux({ namespaces: [...withoutNamespace("network"), { type: "network", path: "/proc/self/ns/uts" }] }),
    says: ["/linux/namespaces/4", "cannot join network namespace /proc/self/ns/uts: invalid argument", "type uts, not of type network"],
  },
  {
    title: "[C76] a namespace path of a file that is none",
    config: inLinux({ namespaces: [...withoutNamespace("network"), { type: "network", path: "/etc/passwd" }] }),
    says: ["cannot join network namespace /etc/passwd: invalid argument", "/etc/passwd is no namespace"],
  },
  {
    title: "[C76] a namespace path of a FIFO that nobody writes to",
    config: inLinux({ namespaces: [...withoutNamespace("network"), { type: "network", path: "@HOST@/fifo" }] }),
    damage: async ({ host }) => void Bun.spawnSync(["mkfifo", join(host, "fifo")]),
    says: ["cannot join network namespace @HOST@/fifo: invalid argument", "@HOST@/fifo is no namespace"],
  },
  {
    title: "[C76] a user namespace path of the one that lamina is in",
    config: withNamespaces({ type: "user", path: "/proc/self/ns/user" }),
    says: ["cannot join user namespace /proc/self/ns/user: invalid argument", "is in that one already"],
  },
  {
    title: "a limit of open files that leaves none to start a program with",
    config: { process: { rlimits: [{ type: "RLIMIT_NOFILE", soft: 3, hard: 3 }] } },
    says: ["too many open files", "a RLIMIT_NOFILE of 3 (process.rlimits)"],
  },
  {
    title: "a device of an unknown type",
    config: inLinux({ devices: [{ path: "/dev/x", type: "x", major: 1, minor: 1 }] }),
    says: ["/linux/devices/0"],
  },
  {
    title: "a device with a relative path",
    config: inLinux({ devices: [{ path: "x", type: "c", major: 1, minor: 1 }] }),
    says: ["/linux/devices/0"],
  },
  {
    title: "[C118] a relative masked path",
    config: inLinux({ maskedPaths: ["proc/kcore"] }),
    says: ["/linux/maskedPaths/0", "proc/kcore"],
  },
  {
    title: "[C119] a relative read-only path",
    config: inLinux({ readonlyPaths: ["proc/sys"] }),
    says: ["/linux/readonlyPaths/0", "proc/sys"],
  },
  {
    title: "[C117] an unknown rootfs propagation",
    config: inLinux({ rootfsPropagation: "public" }),
    says: ["/linux/rootfsPropagation", "public"],
  },
  {
    title: "a memory limit that is not a number",
    config: inLinux({ resources: { memory: { limit: "1g" } } }),
    says: ["/linux/resources/memory/limit", "1g"],
  },
  {
    title: "[C94] a burst above the quota",
    config: inLinux({ resources: { cpu: { quota: 10000, period: 50000, burst: 20000 } } }),
    says: ["/linux/resources/cpu"],
  },
  {
    title: "[C99] an RDMA limit of nothing",
    config: inLinux({ resources: { rdma: { mlx5_1: {} } } }),
    says: ["/linux/resources/rdma/mlx5_1", "hcaHandles", "hcaObjects"],
  },
  {
    title: "[C96] a weight of no device",
    config: inLinux({ resources: { blockIO: { weightDevice: [{ major: 8, minor: 0 }] } } }),
    says: ["/linux/resources/blockIO/weightDevice/0", "leafWeight"],
  },
  {
    title: "[C111] an errno for calls that are allowed",
    config: inSeccomp({ syscalls: [{ names: ["sync"], action: "SCMP_ACT_ALLOW", errnoRet: 1 }] }),
    says: ["/linux/seccomp/syscalls/0/errnoRet"],
  },
  {
    title: "[C112] a rule for no system calls",
    config: inSeccomp({ syscalls: [{ names: [], action: "SCMP_ACT_ERRNO" }] }),
    says: ["/linux/seccomp/syscalls/0/names"],
  },
  {
    title: "[C114] metadata for a listener that is missing",
    config: inSeccomp({ listenerMetadata: "mine" }),
    says: ["/linux/seccomp/listenerMetadata", "listenerPath"],
  },
  {
    title: "[C47] a mount with gid maps but no uid maps",
    config: {},
    mounts: [{ destination: "/data", type: "bind", source: "@HOST@", options: ["bind", "idmap"], gidMappings: MAP }],
    says: ["uidMappings"],
  },
  {
    title: "[C61] an affinity that is no list of processors",
    config: inProcess({ execCPUAffinity: { initial: "all" } }),
    says: ["/process/execCPUAffinity/initial", "all"],
  },
  {
    title: "[C104] a schema of more than one line",
    config: inLinux({ intelRdt: { l3CacheSchema: "L3:0=f\nMB:0=9" } }),
    says: ["/linux/intelRdt/l3CacheSchema"],
  },
  { title: "id maps without a user namespace", config: inLinux({ uidMappings: MAP, gidMappings: MAP }), says: ["Mappings"] },
  { title: "a new user namespace without maps", config: withNamespaces({ type: "user" }), says: ["Mappings"] },
  {
    title: "a user that is not mapped",
    config: {
      ...inLinux({ namespaces: [...NAMESPACES, { type: "user" }], uidMappings: MAP, gidMappings: MAP }),
      process: { user: { uid: 70000, gid: 0 } },
    },
    says: ["/process/user/uid", "70000"],
  },
  {
    title: "[C79] time offsets without a time namespace",
    config: inLinux({ timeOffsets: { monotonic: { secs: 1, nanosecs: 0 } } }),
    says: ["/linux/timeOffsets"],
  },
  { title: "[C63] a hostname without a uts namespace", config: inLinux({ namespaces: withoutNamespace("uts") }), says: ["hostname"] },
  { title: "[C63] a hostname of more than 64 bytes", config: { hostname: "h".repeat(65) }, says: ["/hostname"] },
  {
    title: "a network sysctl without a network namespace",
    config: inLinux({ namespaces: withoutNamespace("network"), sysctl: { "net.ipv4.ip_forward": "1" } }),
    says: ["net.ipv4.ip_forward"],
  },
  { title: "a sysctl that belongs to no namespace", config: inLinux({ sysctl: { "vm.swappiness": "1" } }), says: ["vm.swappiness"] },
  {
    title: "a sysctl with .. in its name",
    config: inLinux({ sysctl: { "net/../../../etc/shadow": "1" } }),
    says: [/sysctl.*etc.*shadow/],
  },
  { title: "a terminal for create without a console socket", config: inProcess({ terminal: true }), says: [/console.?socket|terminal/] },
  { title: "a console socket without a terminal", flags: ["--console-socket", "@HOST@/socket"], says: [/console.?socket|terminal/] },
  {
    title: "a console socket that nobody listens on",
    config: inProcess({ terminal: true }),
    flags: ["--console-socket", "@HOST@/socket"],
    says: ["@HOST@/socket"],
  },
  { title: "descriptors to preserve that are not open", flags: ["--preserve-fds", "20"], says: [/preserve|descriptor|fd/] },
];
