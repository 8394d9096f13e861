/** Rules for mounts, hooks, devices, limits, seccomp and layers.json: what each refuses and what it accepts. */
import { expect, test } from "bun:test";
import { type JsonObject, merge } from "../../support/json.ts";
import { LAYERS, MINIMAL, PROCESS } from "./example.ts";
import { saidOf } from "./problems-of.ts";

const linux = (addition: JsonObject) => merge(MINIMAL, { linux: addition });
const mount = (addition: JsonObject) => merge(MINIMAL, { mounts: [{ destination: "/m", ...addition }] });
const device = (...devices: JsonObject[]) => linux({ devices });
const resources = (addition: JsonObject) => linux({ resources: addition });
const seccomp = (addition: JsonObject) => linux({ seccomp: { defaultAction: "SCMP_ACT_ALLOW", ...addition } });
const ids = [{ containerID: 0, hostID: 0, size: 1 }];
const fuse = { path: "/dev/fuse", type: "c", major: 10, minor: 229 };
const notify = (names: string[]) => ({ syscalls: [{ names, action: "SCMP_ACT_NOTIFY" }] });

test.each<[string, JsonObject, string[]]>([
  ["[C34] root has a path", merge(MINIMAL, { root: { path: "" } }), ["/root/path: must not be empty"]],
  ["[C71] annotations have keys", merge(MINIMAL, { annotations: { "": "x" } }), ["/annotations/: must not have an empty key"]],
  ["[C37] a destination is not empty", mount({ destination: "" }), ["/mounts/0/destination: must not be empty"]],
  [
    "[C47] gidMappings come with uidMappings",
    mount({ gidMappings: ids }),
    ['/mounts/0/gidMappings: must come together with "uidMappings"'],
  ],
  [
    "[C47] uidMappings come with gidMappings",
    mount({ uidMappings: ids, gidMappings: [] }),
    ['/mounts/0/uidMappings: must come together with "gidMappings"'],
  ],
  [
    "[C47] mappings of a mount do not overlap",
    mount({ uidMappings: [...ids, ...ids], gidMappings: ids }),
    ["containerID", "hostID"].map((side) => `/mounts/0/uidMappings/1/${side}: must not overlap with item 0`),
  ],
  [
    "[C44] ridmap needs mappings from somewhere",
    mount({ options: ["ridmap"] }),
    ['/mounts/0/options: idmap needs "uidMappings" and "gidMappings", or a namespace of type user in /linux/namespaces'],
  ],
  [
    "[C44] idmap has the container's user namespace",
    merge(mount({ options: ["idmap"] }), { linux: { namespaces: [{ type: "user", path: "/u" }] } }),
    [],
  ],
  ["[C46] unknown mount options are accepted", mount({ options: ["x-mine", "size=5"] }), []],
  [
    "[C64] hook paths are absolute",
    merge(MINIMAL, { hooks: { prestart: [{ path: "/a" }, { path: "b" }], poststop: [{ path: "" }] } }),
    ['/hooks/prestart/1/path: must be an absolute path, not "b"', '/hooks/poststop/0/path: must be an absolute path, not ""'],
  ],
  [
    "[C64] hook timeouts are positive",
    merge(MINIMAL, { hooks: { createRuntime: [{ path: "/a", timeout: 0 }] } }),
    ["/hooks/createRuntime/0/timeout: must be at least 1, not 0"],
  ],
  [
    "[C80] device paths are absolute",
    device({ ...fuse, path: "dev/fuse" }),
    ['/linux/devices/0/path: must be an absolute path, not "dev/fuse"'],
  ],
  [
    "[C80] a device is not the root",
    device({ ...fuse, path: "/dev/.." }),
    ['/linux/devices/0/path: must be an absolute path below /, not "/dev/.."'],
  ],
  [
    "[C80] device nodes have numbers",
    device({ path: "/dev/a", type: "b" }),
    ["major", "minor"].map((name) => `/linux/devices/0: "${name}" is missing; only type p needs none`),
  ],
  ["[C80] a pipe has none", device({ path: "/dev/a", type: "p" }, { path: "/dev/b", type: "p" }), []],
  [
    "[C80] two devices cannot share a path",
    device(fuse, { ...fuse, minor: 1 }),
    ['/linux/devices/1/path: must not be given twice with different devices: "/dev/fuse"'],
  ],
  ["[C80] u is another word for c", device(fuse, { ...fuse, type: "u" }), []],
  [
    "[C91] device rules have three types",
    resources({ devices: [{ allow: true, type: "p" }] }),
    ['/linux/resources/devices/0/type: must be one of "a", "b" or "c", not "p"'],
  ],
  ["[C91] -1 and absence mean every number", resources({ devices: [{ allow: true, type: "c", major: -1 }, { allow: false }] }), []],
  [
    "[C92] swap counts memory",
    resources({ memory: { limit: 2, swap: 1 } }),
    ['/linux/resources/memory/swap: includes memory, so it must not be less than "limit", which is 2, not 1'],
  ],
  ["[C92] -1 is no limit", resources({ memory: { limit: 2, swap: -1 } }), []],
  ["[C94] [C98] of a quota and of pids any number below 0 is no limit", resources({ cpu: { quota: -7 }, pids: { limit: -5 } }), []],
  ["[C92] -2 is nothing", resources({ memory: { limit: -2 } }), ["/linux/resources/memory/limit: must be at least -1, not -2"]],
  [
    "[C94] burst fits into a quota",
    resources({ cpu: { burst: 2, quota: 1 } }),
    ['/linux/resources/cpu/burst: must not exceed "quota", which is 1, not 2'],
  ],
  [
    "[C95] realtime fits into its period",
    resources({ cpu: { realtimeRuntime: 1001, realtimePeriod: 1000 } }),
    ['/linux/resources/cpu/realtimeRuntime: must not exceed "realtimePeriod", which is 1000, not 1001'],
  ],
  ["[C94] burst without a quota", resources({ cpu: { burst: 2, quota: -1 } }), []],
  [
    "[C95] cpus and mems are lists",
    resources({ cpu: { cpus: "a", mems: "1-" } }),
    [
      '/linux/resources/cpu/cpus: must be a list such as "0-3,7", not "a"',
      '/linux/resources/cpu/mems: must be a list such as "0-3,7", not "1-"',
    ],
  ],
  ["[C95] lists as the kernel takes them", resources({ cpu: { cpus: "0-31:2/4, 40", mems: "" } }), []],
  ["[C95] with commas and blanks as one likes, and a word for all of them", resources({ cpu: { cpus: "0, 1 2,,", mems: "all" } }), []],
  [
    "[C95] no numbers are no list",
    resources({ cpu: { cpus: ",", mems: "0 every" } }),
    [
      '/linux/resources/cpu/cpus: must be a list such as "0-3,7", not ","',
      '/linux/resources/cpu/mems: must be a list such as "0-3,7", not "0 every"',
    ],
  ],
  [
    "[C96] a weighted device has a weight",
    resources({ blockIO: { weightDevice: [{ major: 8, minor: 0 }] } }),
    ['/linux/resources/blockIO/weightDevice/0: needs "weight" or "leafWeight"'],
  ],
  ["[C98] 0 is a limit of pids", resources({ pids: { limit: 0 } }), []],
  ["[C99] rdma limits something", resources({ rdma: { "a/b": {} } }), ['/linux/resources/rdma/a~1b: needs "hcaHandles" or "hcaObjects"']],
  [
    "[C100] unified stays in the cgroup",
    resources({ unified: { "../x": "1", "memory.high": "1", "..": "1" } }),
    [
      '/linux/resources/unified/..~1x: must name a file of the cgroup, not "../x"',
      '/linux/resources/unified/..: must name a file of the cgroup, not ".."',
    ],
  ],
  [
    "unified moves, stops and ends no processes",
    resources({ unified: { "cgroup.procs": "1", "cgroup.freeze": "1", "cgroup.kill": "1", "cgroup.max.depth": "1" } }),
    ["procs", "freeze", "kill"].map((name) => `/linux/resources/unified/cgroup.${name}: must set a limit, which "cgroup.${name}" is not`),
  ],
  [
    "[C103] closID is / or a name",
    linux({ intelRdt: { closID: "a/b" } }),
    ['/linux/intelRdt/closID: must be "/" or a name without "/", not "a/b"'],
  ],
  ["[C103] / is the root CLOS", linux({ intelRdt: { closID: "/" } }), []],
  [
    "[C104] memBwSchema starts with MB:",
    linux({ intelRdt: { memBwSchema: "L3:0=1" } }),
    ['/linux/intelRdt/memBwSchema: must start with "MB:", not "L3:0=1"'],
  ],
  [
    "[C104] schemas are single lines",
    linux({ intelRdt: { l3CacheSchema: "L3:0=1\n", schemata: ["a", "b\nc"] } }),
    ['/linux/intelRdt/l3CacheSchema: must be one line, not "L3:0=1\\n"', '/linux/intelRdt/schemata/1: must be one line, not "b\\nc"'],
  ],
  ["[C109] MPOL_BIND needs nodes", linux({ memoryPolicy: { mode: "MPOL_BIND" } }), ['/linux/memoryPolicy: MPOL_BIND needs "nodes"']],
  [
    "[C109] MPOL_LOCAL takes no nodes",
    linux({ memoryPolicy: { mode: "MPOL_LOCAL", nodes: "0" } }),
    ['/linux/memoryPolicy/nodes: must be empty with MPOL_LOCAL, not "0"'],
  ],
  [
    "[C109] balancing is for two modes",
    linux({ memoryPolicy: { mode: "MPOL_INTERLEAVE", nodes: "0", flags: ["MPOL_F_NUMA_BALANCING"] } }),
    ["/linux/memoryPolicy/flags: MPOL_F_NUMA_BALANCING goes with MPOL_BIND and MPOL_PREFERRED_MANY, not with MPOL_INTERLEAVE"],
  ],
  [
    "[C109] nodes are static or relative",
    linux({ memoryPolicy: { mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES"] } }),
    ["/linux/memoryPolicy/flags: must not have both MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES"],
  ],
  [
    "[C109] without nodes they are neither",
    linux({ memoryPolicy: { mode: "MPOL_PREFERRED", flags: ["MPOL_F_STATIC_NODES"] } }),
    ['/linux/memoryPolicy/flags: MPOL_F_STATIC_NODES is about "nodes", and there are none'],
  ],
  [
    "[C109] nodes are a list",
    linux({ memoryPolicy: { mode: "MPOL_PREFERRED", nodes: "all" } }),
    ['/linux/memoryPolicy/nodes: must be a list such as "0-3,7", not "all"'],
  ],
  [
    "[C111] an errno needs an action that takes one",
    seccomp({ syscalls: [{ names: ["a"], action: "SCMP_ACT_KILL", errnoRet: 1 }] }),
    ["/linux/seccomp/syscalls/0/errnoRet: is only valid with SCMP_ACT_ERRNO and SCMP_ACT_TRACE, not with SCMP_ACT_KILL"],
  ],
  [
    "[C112] a rule has names",
    seccomp({ syscalls: [{ names: [], action: "SCMP_ACT_LOG" }] }),
    ["/linux/seccomp/syscalls/0/names: must not be empty, not []"],
  ],
  [
    "[C114] metadata needs a listener",
    seccomp({ listenerMetadata: "m" }),
    ['/linux/seccomp/listenerMetadata: must come together with "listenerPath"'],
  ],
  [
    "waiting for a listener takes one",
    seccomp({ flags: ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"] }),
    ["/linux/seccomp/flags/1: must not be SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV without a rule whose action is SCMP_ACT_NOTIFY"],
  ],
  ["[C113] a listener may be there without notify", seccomp({ listenerPath: "/l" }), []],
  [
    "[C113] notify needs a listener",
    seccomp(notify(["chmod"])),
    ['/linux/seccomp/syscalls/0/action: SCMP_ACT_NOTIFY needs "listenerPath"'],
  ],
  [
    "[C113] notify is not for everything",
    seccomp({ defaultAction: "SCMP_ACT_NOTIFY", listenerPath: "/l" }),
    ["/linux/seccomp/defaultAction: must not be SCMP_ACT_NOTIFY"],
  ],
  [
    "[C113] notify is not for write",
    seccomp({ listenerPath: "/l", ...notify(["chmod", "write"]) }),
    ["/linux/seccomp/syscalls/0/names/1: must not be write when the action is SCMP_ACT_NOTIFY"],
  ],
  ["[C117] rootfsPropagation has its four words, and their forms with r", linux({ rootfsPropagation: "rslave" }), []],
  [
    "[C121] personality has two domains",
    linux({ personality: { domain: "BSD" } }),
    ['/linux/personality/domain: must be one of "LINUX" or "LINUX32", not "BSD"'],
  ],
])("%s", async (_, config, said) => {
  expect(await saidOf(config)).toEqual(said);
});

test.each<[string, JsonObject, string[]]>([
  ["an image alone", { schemaVersion: 1, image: "alpine:3" }, []],
  ["neither image nor layers", { schemaVersion: 1 }, ['needs "image" or "layers"']],
  ["both", { ...LAYERS, image: "a" }, ['must have "image" or "layers", not both']],
  ["no layer at all", { schemaVersion: 1, layers: [] }, ["/layers: must not be empty"]],
  ["a layer without a name", { schemaVersion: 1, layers: ["a", ""] }, ["/layers/1: must not be empty"]],
  ["an image without a name", { schemaVersion: 1, image: "" }, ["/image: must not be empty"]],
  ["another version", { ...LAYERS, schemaVersion: 2 }, ["/schemaVersion: must be 1, not 2"]],
  [
    "another driver",
    { ...LAYERS, driver: "tape" },
    ['/driver: must be one of "overlay", "fuse-overlayfs", "vfs", "btrfs", "aufs", "zfs" or "devicemapper", not "tape"'],
  ],
  [
    "a read-only root with a writable layer",
    { ...LAYERS, options: { readonly: true, volatile: true } },
    ["/upper: must not be given with the option readonly", "/options/volatile: must not be true with the option readonly"],
  ],
])("layers.json with %s", async (_, layers, said) => {
  expect(await saidOf(layers, "layers.json")).toEqual(said);
});

test("the input of exec and update must keep the same rules, with its own pointers", async () => {
  expect(await saidOf({ ...PROCESS, cwd: "x", env: [5] }, "process.json")).toEqual([
    '/cwd: must be an absolute path, not "x"',
    "/env/0: must be a string, not 5",
  ]);
  expect(await saidOf({ cpu: { cpus: "x" }, pids: { limit: "1" } }, "resources.json")).toEqual([
    '/cpu/cpus: must be a list such as "0-3,7", not "x"',
    '/pids/limit: must be an integer, not "1"',
  ]);
});
