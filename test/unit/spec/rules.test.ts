/** The rules for config.json besides its schema: one row per rule, what it refuses and what it accepts. */
import { describe, expect, test } from "bun:test";
import { parseConfig } from "../../../src/spec/validate.ts";
import { type JsonObject, merge } from "../../support/json.ts";
import { CONFIG, MINIMAL } from "./example.ts";
import { saidOf } from "./problems-of.ts";

/** Each row: an addition to the smallest config, and the resulting problems. */
type Row = readonly [title: string, addition: JsonObject, ...said: readonly string[]];

function rows(title: string, table: readonly Row[], base: JsonObject = MINIMAL): void {
  describe(title, () => {
    test.each(table.map(([name, addition, ...said]) => [name, addition, said] as const))("%s", async (_, addition, said) => {
      expect(await saidOf(merge(base, addition))).toEqual([...said]);
    });
  });
}

const type = (...types: string[]) => types.map((name) => ({ type: name }));
const ids = (containerID: number, hostID: number, size: number) => ({ containerID, hostID, size });
const linux = (addition: JsonObject) => ({ linux: addition });
const process = (addition: JsonObject) => ({ process: addition });

rows("ociVersion", [
  ...["1.0.0", "1.0.2-dev", "1.3.0", "1.99.0", "1.2.0+dev", "1.0.0-rc.5+build.1"].map(
    (v): Row => [`[C33] ${v} is accepted`, { ociVersion: v }],
  ),
  ...["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0_1", "1.0.0 "].map(
    (v): Row => [
      `[C32] ${JSON.stringify(v)} is no SemVer`,
      { ociVersion: v },
      `/ociVersion: must be a version such as "1.3.0", not ${JSON.stringify(v)}`,
    ],
  ),
  ...["0.9.0", "2.0.0", "10.0.0"].map(
    (v): Row => [
      `[C33] ${v} is another major version`,
      { ociVersion: v },
      `/ociVersion: must be version 1 of the specification, not "${v}"`,
    ],
  ),
]);

rows("process", [
  ["[C24] a config without process is accepted, for create", { process: null }],
  ["[C49] cwd is absolute", process({ cwd: "etc" }), '/process/cwd: must be an absolute path, not "etc"'],
  ["[C49] cwd is not empty", process({ cwd: "" }), '/process/cwd: must be an absolute path, not ""'],
  ["[C50] args are there", process({ args: null }), '/process: "args" is missing'],
  ["[C50] args have an entry", process({ args: [] }), "/process/args: must name a program, but is empty"],
  [
    "env entries have a name and a value",
    process({ env: ["A=", "B", "=c", ""] }),
    ...["1:B", "2:=c", "3:"].map((e) => `/process/env/${e[0]}: must be NAME=value, not "${e.slice(2)}"`),
  ],
  [
    "[C51] rlimit types are those of Linux",
    process({ rlimits: [{ type: "RLIMIT_X", soft: 1, hard: 1 }] }),
    '/process/rlimits/0/type: must be one of "RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_LOCKS", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_RSS", "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING" or "RLIMIT_STACK", not "RLIMIT_X"',
  ],
  [
    "[C53] rlimit types are distinct",
    process({ rlimits: [1, 2].map((soft) => ({ type: "RLIMIT_CPU", soft, hard: 3 })) }),
    '/process/rlimits/1/type: must not be given twice: "RLIMIT_CPU"',
  ],
  [
    "soft limits do not exceed hard ones",
    process({ rlimits: [{ type: "RLIMIT_CPU", soft: 4, hard: 3 }] }),
    '/process/rlimits/0/soft: must not exceed "hard", which is 3, not 4',
  ],
  ["[C54] unknown capabilities are no problem of the file", process({ capabilities: { bounding: ["CAP_OF_TOMORROW"] } })],
  ["[C57] oomScoreAdj has its range", process({ oomScoreAdj: 1001 }), "/process/oomScoreAdj: must be at most 1000, not 1001"],
  [
    "[C60] ioPriority has its range",
    process({ ioPriority: { class: "IOPRIO_CLASS_BE", priority: 8 } }),
    "/process/ioPriority/priority: must be at most 7, not 8",
  ],
  [
    "[C61] affinities are lists",
    process({ execCPUAffinity: { initial: "0-3,x", final: "3-1" } }),
    '/process/execCPUAffinity/initial: must be a list such as "0-3,7", not "0-3,x"',
    '/process/execCPUAffinity/final: must be a list such as "0-3,7", not "3-1"',
  ],
  ["[C61] an empty affinity is none", process({ execCPUAffinity: { initial: "", final: "" } })],
]);

rows("namespaces", [
  [
    "[C77] types are distinct",
    linux({ namespaces: [...type("pid", "mount"), { type: "pid", path: "/a" }] }),
    '/linux/namespaces/2/type: must not be given twice: "pid"',
  ],
  [
    "[C76] paths are absolute",
    linux({ namespaces: [{ type: "pid", path: "proc/1/ns/pid" }] }),
    '/linux/namespaces/0/path: must be an absolute path, not "proc/1/ns/pid"',
  ],
  ["[C76] an empty path is none", linux({ namespaces: [{ type: "pid", path: "" }] })],
  [
    "[C63] names need a uts namespace",
    { hostname: "a", domainname: "b" },
    ...["hostname", "domainname"].map((n) => `/${n}: needs a namespace of type uts in /linux/namespaces`),
  ],
  ["[C63] an empty name is none", { hostname: "", domainname: "" }],
  [
    "restrictions need a mount namespace",
    linux({ maskedPaths: ["/a"], readonlyPaths: ["/b"] }),
    ...["masked", "readonly"].map((n) => `/linux/${n}Paths: needs a namespace of type mount in /linux/namespaces`),
  ],
  [
    "[C118] the root cannot be masked",
    linux({ namespaces: type("mount"), maskedPaths: ["/a", "/a/.."] }),
    "/linux/maskedPaths/1: must not be the root",
  ],
  [
    "[C118] maskedPaths are absolute",
    linux({ namespaces: type("mount"), maskedPaths: ["/a", "b"] }),
    '/linux/maskedPaths/1: must be an absolute path, not "b"',
  ],
  [
    "[C119] readonlyPaths are absolute",
    linux({ namespaces: type("mount"), readonlyPaths: [""] }),
    '/linux/readonlyPaths/0: must be an absolute path, not ""',
  ],
  [
    "mappings need a user namespace",
    linux({ uidMappings: [ids(0, 1, 1)], gidMappings: [ids(0, 1, 1)] }),
    ...["uid", "gid"].map((n) => `/linux/${n}Mappings: needs a namespace of type user in /linux/namespaces`),
  ],
  [
    "a new user namespace needs mappings",
    linux({ namespaces: type("user") }),
    '/linux: a new user namespace needs "uidMappings" and "gidMappings"',
  ],
  [
    "mappings come in pairs",
    linux({ namespaces: type("user"), gidMappings: [ids(0, 1, 1)] }),
    '/linux/gidMappings: must come together with "uidMappings"',
  ],
  [
    "a joined user namespace needs no mappings, and may have them",
    linux({ namespaces: [{ type: "user", path: "/a" }], uidMappings: [ids(0, 1, 1)] }),
  ],
  [
    "mappings do not overlap",
    linux({ namespaces: type("user"), uidMappings: [ids(0, 0, 10), ids(10, 100, 5), ids(14, 4, 1)], gidMappings: [ids(0, 0, 1)] }),
    "/linux/uidMappings/2/containerID: must not overlap with item 1",
    "/linux/uidMappings/2/hostID: must not overlap with item 0",
  ],
  [
    "mappings end at the last id",
    linux({ namespaces: type("user"), uidMappings: [ids(4294967294, 0, 2)], gidMappings: [ids(0, 1, 4294967295)] }),
    "/linux/uidMappings/0/size: goes beyond the last id: containerID 4294967294",
    "/linux/gidMappings/0/size: goes beyond the last id: hostID 1",
  ],
  [
    "mappings may go up to the last id",
    linux({ namespaces: type("user"), uidMappings: [ids(0, 0, 4294967295)], gidMappings: [ids(4294967294, 4294967294, 1)] }),
  ],
  [
    "mappings are not empty",
    linux({ namespaces: type("user"), uidMappings: [ids(0, 0, 0)], gidMappings: [ids(0, 0, 1)] }),
    "/linux/uidMappings/0/size: must be at least 1, not 0",
  ],
  [
    "[C79] offsets need a time namespace",
    linux({ timeOffsets: { boottime: { secs: 1 } } }),
    "/linux/timeOffsets: needs a namespace of type time in /linux/namespaces",
  ],
  [
    "[C79] a joined time namespace takes no offsets",
    linux({ namespaces: [{ type: "time", path: "/t" }], timeOffsets: { boottime: {} } }),
    '/linux/timeOffsets: cannot be set in a joined time namespace: "/t"',
  ],
  [
    "[C79] only two clocks have offsets",
    linux({ namespaces: type("time"), timeOffsets: { realtime: {} } }),
    '/linux/timeOffsets: must name the clock monotonic or boottime, not "realtime"',
  ],
  [
    "[C84] network devices need a network namespace",
    linux({ netDevices: { eth0: {} } }),
    "/linux/netDevices: needs a namespace of type network in /linux/namespaces",
  ],
  [
    "[C84] network devices have names that the kernel takes",
    linux({
      namespaces: type("network"),
      netDevices: { "a/b": {}, eth0: { name: "sixteen-letters-" }, eth1: { name: "veth%d" }, eth2: { name: "%s" } },
    }),
    '/linux/netDevices/a~1b: must be the name of a network device, not "a/b"',
    '/linux/netDevices/eth0/name: must be a name for a network device, or one with %d, not "sixteen-letters-"',
    '/linux/netDevices/eth2/name: must be a name for a network device, or one with %d, not "%s"',
  ],
  [
    "[C84] no network device is called as directories of the kernel are",
    linux({ namespaces: type("network"), netDevices: { eth0: { name: "all" }, default: {} } }),
    '/linux/netDevices/eth0/name: must be a name for a network device, or one with %d, not "all"',
    '/linux/netDevices/default: must be the name of a network device, not "default"',
  ],
  [
    "[C84] a name is for one device, a template for many",
    linux({
      namespaces: type("network"),
      netDevices: { a: { name: "b" }, b: {}, c: { name: "b" }, d: { name: "x%d" }, e: { name: "x%d" } },
    }),
    '/linux/netDevices/b: must not be called as "a" is: "b"',
    '/linux/netDevices/c/name: must not be called as "a" is: "b"',
  ],
]);

const SYSCTL_BASE = merge(
  MINIMAL,
  linux({ namespaces: type("ipc", "network", "uts", "user"), uidMappings: [ids(0, 0, 1)], gidMappings: [ids(0, 0, 1)] }),
);
const NAMESPACED = {
  "kernel.shm_rmid_forced": "ipc",
  "fs.mqueue.msg_max": "ipc",
  "net.ipv4.ip_forward": "network",
  "net/ipv4/conf/eno2.100/rp_filter": "network",
  "kernel.domainname": "uts",
  "user.max_user_namespaces": "user",
};
rows("sysctl", [
  ...Object.entries(NAMESPACED).map(
    ([key, of]): Row => [
      `[C110] ${key} needs a ${of} namespace`,
      linux({ sysctl: { [key]: "1" } }),
      `/linux/sysctl/${key.replaceAll("/", "~1")}: needs a namespace of type ${of} in /linux/namespaces`,
    ],
  ),
  [
    "[C110] what belongs to no namespace is refused",
    linux({ sysctl: { "kernel.panic": "1", "vm.swappiness": "1" } }),
    ...["kernel.panic", "vm.swappiness"].map(
      (k) => `/linux/sysctl/${k}: "${k}" belongs to no namespace, so setting it would change the host`,
    ),
  ],
  [
    "[C110] the host name has its own property",
    linux({ sysctl: { "kernel.hostname": "x" } }),
    '/linux/sysctl/kernel.hostname: must be set by "hostname" instead',
  ],
  ...["net/../../kernel/panic", "net..x", "", "net."].map(
    (key): Row => [
      `a key cannot leave /proc/sys: ${JSON.stringify(key)}`,
      linux({ sysctl: { [key]: "1" } }),
      `/linux/sysctl/${key.replaceAll("/", "~1")}: must be a dotted name, not ${JSON.stringify(key)}`,
    ],
  ),
]);
rows(
  "sysctl with the namespaces there",
  [["[C110] all of them are accepted", linux({ sysctl: Object.fromEntries(Object.keys(NAMESPACED).map((key) => [key, "1"])) })]],
  SYSCTL_BASE,
);

test("[C37] a relative mount destination is a warning, as it is taken relative to /", async () => {
  const { warnings } = await parseConfig(
    JSON.stringify({ ...MINIMAL, mounts: [{ destination: "/a" }, { destination: "b" }] }),
    "config.json",
  );
  expect(warnings.map((line) => line.replace(/^\S+ /, ""))).toEqual([
    '/mounts/1/destination: should be an absolute path; "b" is taken relative to /',
  ]);
});

test("[C82] of many devices each is compared with the first of its path and of its number", async () => {
  const many = Array.from({ length: 30_000 }, (_, i) => ({ path: `/dev/d${i}`, type: "c", major: 1 + (i >> 8), minor: i & 255 }));
  const devices = [...many, { path: "/dev/d7", type: "c", major: 9, minor: 9 }, { path: "/dev/other", type: "c", major: 1, minor: 5 }];
  const error = await parseConfig(JSON.stringify({ ...MINIMAL, linux: { devices } }), "config.json").catch(String);
  expect(error).toContain('/linux/devices/30000/path: must not be given twice with different devices: "/dev/d7"');
  devices.splice(30_000, 1);
  const { warnings } = await parseConfig(JSON.stringify({ ...MINIMAL, linux: { devices } }), "config.json");
  expect(warnings.map((line) => line.replace(/^\S+ /, ""))).toEqual(["/linux/devices/30000: should not be the same device as item 5"]);
});

test("[C82] the same device twice is a warning", async () => {
  const twice = ["/dev/a", "/dev/b"].map((path) => ({ path, type: "c", major: 1, minor: 3 }));
  const { warnings } = await parseConfig(JSON.stringify({ ...MINIMAL, linux: { devices: twice } }), "config.json");
  expect(warnings.map((line) => line.replace(/^\S+ /, ""))).toEqual(["/linux/devices/1: should not be the same device as item 0"]);
});

test("the rules are silent about the full example", async () => {
  expect((await parseConfig(JSON.stringify(CONFIG), "config.json")).warnings).toEqual([]);
});
