/**
 * Every field of config.json, by itself: `run` does what it says, and `explain` has a step that comes from it; or this host cannot
 * honour it, and the error names it, before anything is started. And all that it can honour, together.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { isObject, type Json, type JsonObject, merge, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { allowedFields, usedFields } from "../support/schema-fields.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";
import { NEEDED } from "./corpus/filters.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const PROGRAM = ["/probe", "say", "ran"];
const IDS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const HOOK = { path: "/bin/true", args: ["true"], env: ["A=b"], timeout: 60 };
const DEVICE = { path: "/dev/full", type: "c", major: 1, minor: 7, fileMode: 0o600, uid: 3, gid: 4 };
const RATE = [{ major: 7, minor: 0, rate: 1048576 }];
const CAPABILITIES = ["CAP_KILL", "CAP_CHOWN"];

const process = (process: JsonObject): JsonObject => ({ process });
const linux = (linux: JsonObject): JsonObject => ({ linux });
const resources = (resources: JsonObject): JsonObject => linux({ resources });

const FRAGMENTS: Readonly<Record<string, JsonObject>> = {
  "the root": { ociVersion: "1.3.0", root: { path: "rootfs", readonly: true } },
  mounts: {
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=755"] },
      { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance", "ptmxmode=0666"] },
      { destination: "/data", type: "bind", source: "@HOST@", options: ["bind", "idmap"], uidMappings: IDS, gidMappings: IDS },
    ],
  },
  "the names of the host": { hostname: "box", domainname: "example" },
  hooks: {
    hooks: Object.fromEntries(
      ["prestart", "createRuntime", "createContainer", "poststart", "poststop"]
        .map((kind) => [kind, [HOOK]])
        .concat([["startContainer", [{ ...HOOK, path: "/probe", args: ["probe", "true"] }]]]),
    ),
  },
  annotations: { annotations: { "com.example.key": "value" } },
  "a terminal": process({ terminal: true, consoleSize: { height: 25, width: 80 } }),
  "the program and its user": process({
    cwd: "/",
    env: ["PATH=/bin"],
    args: PROGRAM,
    user: { uid: 1, gid: 2, umask: 18, additionalGids: [5, 6] },
  }),
  limits: process({ rlimits: [{ type: "RLIMIT_NOFILE", soft: 100, hard: 200 }], oomScoreAdj: 100 }),
  "an AppArmor profile": process({ apparmorProfile: "unconfined" }),
  "an SELinux label": process({ selinuxLabel: "system_u:system_r:svirt_lxc_net_t:s0:c124,c675" }),
  capabilities: process({
    capabilities: Object.fromEntries(["bounding", "effective", "inheritable", "permitted", "ambient"].map((set) => [set, CAPABILITIES])),
    noNewPrivileges: true,
  }),
  "a nice value": process({ scheduler: { policy: "SCHED_BATCH", nice: 3, flags: ["SCHED_FLAG_RESET_ON_FORK"] } }),
  realtime: {
    ...process({ scheduler: { policy: "SCHED_RR", priority: 1 } }),
    ...resources({ cpu: { realtimeRuntime: 1000, realtimePeriod: 1000000 } }),
  },
  deadlines: process({ scheduler: { policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 20000000, period: 30000000 } }),
  "the priority of I/O": process({ ioPriority: { class: "IOPRIO_CLASS_BE", priority: 6 } }),
  "processors of exec": process({ execCPUAffinity: { initial: "0", final: "0" } }),
  "a namespace given by path": linux({ namespaces: [...defaultNamespaces(), { type: "cgroup", path: "/proc/self/ns/cgroup" }] }),
  namespaces: linux({
    namespaces: defaultNamespaces("user", "time"),
    timeOffsets: { monotonic: { secs: 5, nanosecs: 1 }, boottime: { secs: 6, nanosecs: 2 } },
    uidMappings: IDS,
    gidMappings: IDS,
  }),
  devices: linux({ devices: [DEVICE] }),
  "a network device that is not there": linux({ netDevices: { "no-such-cable": { name: "eth0" } } }),
  "the place of the cgroup": linux({ cgroupsPath: "/@ID@-field" }),
  "rules of devices": resources({ devices: [{ allow: true, type: "c", major: 1, minor: 3, access: "rwm" }] }),
  memory: resources({
    memory: { limit: 67108864, reservation: 33554432, swap: 67108864, swappiness: 30, disableOOMKiller: false, checkBeforeUpdate: true },
  }),
  "memory of the kernel": resources({ memory: { kernel: 33554432 } }),
  "buffers of TCP": resources({ memory: { kernelTCP: 33554432 } }),
  "groups below": resources({ memory: { useHierarchy: true } }),
  processors: resources({ cpu: { shares: 512, quota: 20000, period: 50000, cpus: "0", mems: "0" } }),
  "a burst": resources({ cpu: { quota: 20000, period: 50000, burst: 1000 } }),
  "a group that is idle": resources({ cpu: { idle: 1 } }),
  processes: resources({ pids: { limit: 100 } }),
  "a weight of I/O": resources({ blockIO: { weight: 300 } }),
  "a weight of leaves": resources({ blockIO: { leafWeight: 300 } }),
  "weights of a device": resources({ blockIO: { weightDevice: [{ major: 7, minor: 0, weight: 300, leafWeight: 200 }] } }),
  "rates of a device": resources({
    blockIO: { throttleReadBpsDevice: RATE, throttleWriteBpsDevice: RATE, throttleReadIOPSDevice: RATE, throttleWriteIOPSDevice: RATE },
  }),
  "huge pages": resources({ hugepageLimits: [{ pageSize: "2MB", limit: 2097152 }] }),
  "a class of packets": resources({ network: { classID: 1048577 } }),
  "a priority at an interface": resources({ network: { priorities: [{ name: "lo", priority: 1 }] } }),
  rdma: resources({ rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10000 } } }),
  "files of cgroup v2": resources({ unified: { "memory.high": "67108864" } }),
  "shares of caches": linux({
    intelRdt: { closID: "group", schemata: ["L2:0=f"], l3CacheSchema: "L3:0=7f0", memBwSchema: "MB:0=20", enableMonitoring: true },
  }),
  "a policy of memory": linux({ memoryPolicy: { mode: "MPOL_INTERLEAVE", nodes: "0", flags: ["MPOL_F_STATIC_NODES"] } }),
  "parameters of the kernel": linux({ sysctl: { "net.ipv4.ip_forward": "1" } }),
  "a filter": linux({
    seccomp: {
      defaultAction: "SCMP_ACT_ALLOW",
      architectures: ["SCMP_ARCH_X86_64"],
      flags: ["SECCOMP_FILTER_FLAG_LOG"],
      syscalls: [
        {
          names: ["chroot"],
          action: "SCMP_ACT_ERRNO",
          errnoRet: 13,
          args: [{ index: 0, value: 1, valueTwo: 1, op: "SCMP_CMP_MASKED_EQ" }],
        },
      ],
    },
  }),
  "an errno of the filter": linux({
    seccomp: { defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 38, syscalls: [{ names: NEEDED, action: "SCMP_ACT_ALLOW" }] },
  }),
  "a listener of the filter": linux({
    seccomp: {
      defaultAction: "SCMP_ACT_ALLOW",
      listenerPath: "/no/such/socket",
      listenerMetadata: "words",
      syscalls: [{ names: ["chroot"], action: "SCMP_ACT_NOTIFY" }],
    },
  }),
  "paths that are covered": linux({ rootfsPropagation: "slave", maskedPaths: ["/etc/passwd"], readonlyPaths: ["/etc"] }),
  "a label of mounts": linux({ mountLabel: "system_u:object_r:svirt_sandbox_file_t:s0:c715,c811" }),
  "an execution domain": linux({ personality: { domain: "LINUX32" } }),
};

/** What has no step of its own, and why. */
const WITHOUT_STEP: Readonly<Record<string, string>> = {
  "/ociVersion": "it says how the others are read",
  "/annotations": "they are told to hooks, which have steps",
  "/process/env": "it is part of the program's step",
  "/process/consoleSize": "it is part of the terminal's step",
  "/process/execCPUAffinity": "it is for exec",
  "/linux/resources/memory/checkBeforeUpdate": "it is for update, and for limits of groups that are there already",
  "/linux/resources/memory/disableOOMKiller": "false is what a new group has",
  ...(existsSync("/sys/fs/cgroup/cgroup.controllers")
    ? {
        "/linux/resources/memory/useHierarchy": "groups below count on cgroup v2 in any case",
        "/linux/resources/cpu/period": "it is part of the quota's step",
      }
    : {}),
};

/** What cannot be together with others, of which it says something else. */
const APART: readonly string[] = ["realtime", "deadlines", "a group that is idle", "an errno of the filter"];

const honoured: JsonObject[] = [];

test("there is a bundle for every field of the schema", () => {
  const used = new Set(Object.values(FRAGMENTS).flatMap((config) => [...usedFields(config)].map(placeOf)));
  expect([...new Set(allowedFields().map(placeOf))].filter((place) => !used.has(place))).toEqual([]);
});

for (const [name, config] of Object.entries(FRAGMENTS)) {
  test.if(root)(`${name}: done and explained, or refused by name`, async () => {
    await using box = await sandbox({ args: PROGRAM, config, rootfs: { "data/.keep": "" } });
    const explained = await box.call(["explain", "--bundle", box.path, "--format", "json", box.id]);
    const { exitCode, stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id], { stdin: "" });
    if (exitCode === 0) {
      expect([stdout.trim(), stderr.split("\n").filter((line) => !/^(warning: .*\/linux\/resources\/|$)/.test(line))]).toEqual(["ran", []]);
      expect(unexplained(config, explained.stdout, stderr)).toEqual([]);
      if (!APART.includes(name)) honoured.push(config);
    } else {
      const [, place = ""] = /^ {2}config\.json:\d+:\d+ (\/\S*)/m.exec(stderr) ?? [];
      expect([exitCode, stdout, pointers(config).some((pointer) => isBelow(pointer, place))]).toEqual([1, "", true]);
    }
  });
}

test.if(root)("everything that this host can honour: done and explained together", async () => {
  const config = honoured.reduce<JsonObject>((all, one) => merge(all, one), {});
  await using box = await sandbox({ args: PROGRAM, config, rootfs: { "data/.keep": "" } });
  const explained = await box.call(["explain", "--bundle", box.path, "--format", "json", box.id]);
  const { exitCode, stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id], { stdin: "" });
  expect([exitCode, stdout.trim(), unexplained(config, explained.stdout, stderr)]).toEqual([0, "ran", []]);
});

/** A place without what makes its value interesting. */
function placeOf(field: string): string {
  return field.split(" ")[0] ?? "";
}

/** Values of `config` that neither a step comes from, nor from what they are part of, nor from a part of them; and that no warning names. */
function unexplained(config: JsonObject, plan: string, told: string): string[] {
  const { host, init } = parseObject(plan);
  const origins = [host, init].flatMap((steps) => (Array.isArray(steps) ? steps.filter(isObject).map(({ origin }) => String(origin)) : []));
  const warned = [...told.matchAll(/^warning: .*?(\/\w+\/[\w/]+)/gm)].map(([, pointer = ""]) => pointer);
  const known = [...origins.filter((origin) => origin !== ""), ...warned, ...Object.keys(WITHOUT_STEP)];
  return pointers(config).filter((pointer) => !known.some((origin) => isBelow(pointer, origin)));
}

function isBelow(pointer: string, place: string): boolean {
  return place !== "" && (`${pointer}/`.startsWith(`${place}/`) || place.startsWith(`${pointer}/`));
}

/** JSON pointers of all values that are no objects or lists, or empty ones. */
function pointers(value: Json, at = ""): string[] {
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([key, inner]) =>
    pointers(inner ?? null, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}
