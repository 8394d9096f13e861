/** From text to a validated value, or to every problem at once. */
import { expect, test } from "bun:test";
import { parseConfig, parseLayers, parseProcess, parseResources } from "../../../src/spec/validate.ts";
import { merge } from "../../support/json.ts";
import { CONFIG, LAYERS, MINIMAL, PROCESS, RESOURCES } from "./example.ts";
import { problemsOf, saidOf } from "./problems-of.ts";

/** As `runc spec` writes it, with only its lists of names shortened. */
const RUNC_SPEC = {
  ociVersion: "1.0.2-dev",
  process: {
    terminal: true,
    user: { uid: 0, gid: 0 },
    args: ["sh"],
    env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
    cwd: "/",
    capabilities: { bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"], ambient: ["CAP_KILL"] },
    rlimits: [{ type: "RLIMIT_NOFILE", hard: 1024, soft: 1024 }],
    noNewPrivileges: true,
  },
  root: { path: "rootfs", readonly: true },
  hostname: "runc",
  mounts: [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "relatime", "ro"] },
  ],
  linux: {
    resources: { devices: [{ allow: false, access: "rwm" }] },
    namespaces: [{ type: "pid" }, { type: "network" }, { type: "ipc" }, { type: "uts" }, { type: "mount" }, { type: "cgroup" }],
    maskedPaths: ["/proc/acpi", "/proc/kcore"],
    readonlyPaths: ["/proc/bus", "/proc/sys"],
  },
};

test("[C1] the output of runc spec is accepted without warnings", async () => {
  expect(await parseConfig(JSON.stringify(RUNC_SPEC, undefined, "\t"), "config.json")).toEqual({
    spec: RUNC_SPEC as Awaited<ReturnType<typeof parseConfig>>["spec"],
    warnings: [],
  });
});

test("each parser returns what the text says", async () => {
  expect(JSON.stringify((await parseConfig(JSON.stringify(CONFIG), "c")).spec)).toBe(JSON.stringify(CONFIG));
  expect(JSON.stringify((await parseProcess(JSON.stringify(PROCESS), "p")).process)).toBe(JSON.stringify(PROCESS));
  expect(JSON.stringify((await parseResources(JSON.stringify(RESOURCES), "r")).resources)).toBe(JSON.stringify(RESOURCES));
  expect(JSON.stringify((await parseLayers(JSON.stringify(LAYERS), "l")).layers)).toBe(JSON.stringify(LAYERS));
});

test("[C73] all problems are reported at once in file order, the schema's and the rules' alike", async () => {
  const text = `{
  "ociVersion": "0.9.0",
  "hostname": 5,
  "process": {
    "cwd": "etc",
    "args": [],
    "env": ["A=b", "c"],
    "user": {"uid": -1, "gid": 4294967296, "additionalGids": [1, "2"]},
    "rlimits": [{"type": "RLIMIT_CORE", "soft": 2}]
  },
  "mounts": [
    {"destination": "/a", "options": "ro"},
    {"source": "/b"}
  ],
  "linux": {
    "namespaces": [{"type": "pid"}, {"type": "gid"}],
    "rootfsPropagation": "sharedish",
    "personality": {"domain": "LINUX", "flags": ["x"]},
    "resources": {
      "devices": [{"allow": true, "access": "rx"}],
      "cpu": {"burst": 3, "quota": 2},
      "hugepageLimits": [{"pageSize": "2mb", "limit": 18446744073709559999}]
    },
    "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1, "syscalls": [{"names": [], "action": "SCMP_ACT_LOG"}]}
  }
}`;
  expect((await problemsOf(text, "config.json")).split("\n")).toEqual([
    'config.json:2:17 /ociVersion: must be version 1 of the specification, not "0.9.0"',
    "config.json:3:15 /hostname: must be a string, not 5",
    'config.json:5:12 /process/cwd: must be an absolute path, not "etc"',
    "config.json:6:13 /process/args: must name a program, but is empty",
    'config.json:7:20 /process/env/1: must be NAME=value, not "c"',
    "config.json:8:21 /process/user/uid: must be at least 0, not -1",
    "config.json:8:32 /process/user/gid: must be at most 4294967294, not 4294967296",
    'config.json:8:66 /process/user/additionalGids/1: must be an integer, not "2"',
    'config.json:9:17 /process/rlimits/0: "hard" is missing',
    'config.json:12:38 /mounts/0/options: must be a list, not "ro"',
    'config.json:13:5 /mounts/1: "destination" is missing',
    'config.json:16:46 /linux/namespaces/1/type: must be one of "pid", "network", "mount", "ipc", "uts", "user", "cgroup" or "time", not "gid"',
    'config.json:17:26 /linux/rootfsPropagation: must be one of "shared", "slave", "private", "unbindable", "rshared", "rslave", "rprivate" or "runbindable", not "sharedish"',
    'config.json:18:49 /linux/personality/flags: must be empty, not ["x"]',
    'config.json:20:45 /linux/resources/devices/0/access: must be made of the letters "r", "w" and "m", not "rx"',
    'config.json:21:24 /linux/resources/cpu/burst: must not exceed "quota", which is 2, not 3',
    'config.json:22:39 /linux/resources/hugepageLimits/0/pageSize: must be a size such as "2MB", not "2mb"',
    "config.json:22:55 /linux/resources/hugepageLimits/0/limit: must be at most 18446744073709551615, not 18446744073709559999",
    "config.json:24:71 /linux/seccomp/defaultErrnoRet: is only valid with SCMP_ACT_ERRNO and SCMP_ACT_TRACE, not with SCMP_ACT_ALLOW",
    "config.json:24:97 /linux/seccomp/syscalls/0/names: must not be empty, not []",
  ]);
});

test.each([
  ["a list", "[1]", "config.json:1:1: must be an object, not [1]"],
  ["null", " null", "config.json:1:2: must be an object, not null"],
  ["nothing", "", "config.json:1:1: not valid JSON: expected a value, found the end of the file"],
  ["an empty object", "{}", 'config.json:1:1: "ociVersion" is missing'],
  [
    "half a file",
    '{\n  "ociVersion": "1.0',
    'config.json:2:21: not valid JSON: expected a closing " or an escape, found the end of the file',
  ],
  ["a comment", "{\n  // mine\n}", 'config.json:2:3: not valid JSON: expected a property name in double quotes, found "/"'],
])("%s instead of a config is refused with its place", async (_, text, message) => {
  expect(await problemsOf(text)).toBe(message);
});

test("a long value is shortened, on a character's border", async () => {
  const said = await saidOf({ ...MINIMAL, hostname: ["😀".repeat(100)] });
  expect(said).toEqual([`/hostname: must be a string, not ["${"😀".repeat(55)}...`]);
});

test("[C72] unknown properties are never an error, wherever they are", async () => {
  const more = { unknown: { a: [1, null, { b: 2 }] }, windows: { x: 1 } };
  expect(await saidOf({ ...more, ...CONFIG, process: { ...more, ...PROCESS }, linux: { ...more, ...CONFIG.linux } })).toEqual([]);
});

test("a byte order mark is skipped", async () => {
  expect(await problemsOf(`\uFEFF${JSON.stringify(MINIMAL)}`)).toBe("");
  expect(await problemsOf('\uFEFF{"ociVersion": 1}')).toBe("config.json:1:16 /ociVersion: must be a string, not 1");
});

test("a member that is null counts as absent, as in runtimes written in Go", async () => {
  const nulls = { hostname: null, mounts: null, linux: { namespaces: null, seccomp: null }, process: { cwd: "/", args: ["a"], env: null } };
  const { spec } = await parseConfig(JSON.stringify({ ociVersion: "1.0.0", ...nulls }), "config.json");
  expect(spec).toEqual({ ociVersion: "1.0.0", linux: {}, process: { cwd: "/", args: ["a"] } });
  expect(await saidOf({ ociVersion: null })).toEqual(['"ociVersion" is missing']);
  expect(await saidOf({ ociVersion: "1.0.0", process: { cwd: "/", args: ["a", null] } })).toEqual([
    "/process/args/1: must be a string, not null",
  ]);
});

test("[C52] integers that JavaScript would round keep every digit", async () => {
  const text = `{"ociVersion":"1.0.0","x":{"18446744073709551615":"12345678901234567890"},"process":{"cwd":"/","args":["a"],
    "rlimits":[{"type":"RLIMIT_CORE","soft":18446744073709551615,"hard":18446744073709551615},{"type":"RLIMIT_AS","soft":4,"hard":9007199254740993}]},
    "linux":{"resources":{"memory":{"limit":-1,"swap":9223372036854775807}},"timeOffsets":{}}}`;
  const { spec } = await parseConfig(text, "config.json");
  expect(spec.process?.rlimits).toEqual([
    { type: "RLIMIT_CORE", soft: 18446744073709551615n, hard: 18446744073709551615n },
    { type: "RLIMIT_AS", soft: 4, hard: 9007199254740993n },
  ]);
  expect(spec.linux?.resources?.memory).toEqual({ limit: -1, swap: 9223372036854775807n });
});

test("[C52] an integer with an exponent is one of 64 bits", async () => {
  const text = `{"ociVersion":"1.0.0","process":{"cwd":"/","args":["a"],"rlimits":[{"type":"RLIMIT_CORE","soft":1.5e3,"hard":1e19}]}}`;
  const { spec } = await parseConfig(text, "config.json");
  expect(spec.process?.rlimits).toEqual([{ type: "RLIMIT_CORE", soft: 1500, hard: 10_000_000_000_000_000_000n }]);
});

const UNSIGNED = "must be at most 18446744073709551615";
const SIGNED = "must be at most 9223372036854775807";

const FILTERED =
  '"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["getpid"],"action":"SCMP_ACT_LOG","args":[{"index":0,"op":"SCMP_CMP_EQ","value":N}]}]}';

test.each([
  ['"resources":{"cpu":{"shares":N}}', "/resources/cpu/shares", "18446744073709551616", UNSIGNED],
  ['"resources":{"cpu":{"shares":N}}', "/resources/cpu/shares", "1.9e19", UNSIGNED],
  ['"resources":{"cpu":{"quota":N}}', "/resources/cpu/quota", "9223372036854775808", SIGNED],
  ['"resources":{"cpu":{"quota":N}}', "/resources/cpu/quota", "-9223372036854775809", "must be at least -9223372036854775808"],
  ['"resources":{"memory":{"limit":N}}', "/resources/memory/limit", "9223372036854775808", SIGNED],
  ['"resources":{"pids":{"limit":N}}', "/resources/pids/limit", "9223372036854775808", SIGNED],
  [FILTERED, "/seccomp/syscalls/0/args/0/value", "18446744073709551616", UNSIGNED],
])("a number just out of range is refused as it is written: %s", async (linux, pointer, number, problem) => {
  const text = `{"ociVersion":"1.0.0","process":{"cwd":"/","args":["a"]},"linux":{${linux.replace(":N", `:${number}`)}}}`;
  expect(await problemsOf(text)).toContain(` /linux${pointer}: ${problem}, not ${number}`);
});

test("of duplicate keys the last one counts, for its value, its digits and its place", async () => {
  const text = `{"ociVersion":"1.0.0","process":{"cwd":"/","args":["a"],
    "rlimits":[{"type":"RLIMIT_CORE","soft":18446744073709551615,"soft":1,"hard":7,"hard":18446744073709551615}]}}`;
  const { spec } = await parseConfig(text, "config.json");
  expect(spec.process?.rlimits).toEqual([{ type: "RLIMIT_CORE", soft: 1, hard: 18446744073709551615n }]);
  expect(await problemsOf('{"ociVersion": "1.0.0",\n"ociVersion": 1}')).toBe("config.json:2:15 /ociVersion: must be a string, not 1");
});

test("a NUL, at which the kernel would stop reading, is refused in every value and key", async () => {
  const config = merge(MINIMAL, { process: { args: ["a\0b"] }, annotations: { "x\0": "y" }, root: { path: "\\u0000" } });
  expect(await saidOf(config)).toEqual([
    "/process/args/0: must not contain a NUL character",
    "/annotations/x\0: must not contain a NUL character",
  ]);
});

test("a problem in one place does not hide those in others, nor does it invent any", async () => {
  expect(await saidOf({ ...MINIMAL, hostname: "x", mounts: [{ destination: 5 }], linux: { namespaces: [{ type: 1 }] } })).toEqual(
    [
      "/mounts/0/destination: must be a string, not 5",
      '/linux/namespaces/0/type: must be one of "pid", "network", "mount", "ipc", "uts", "user", "cgroup" or "time", not 1',
    ].map((line) => line.replace(/must be one of .*/, "must be a string, not 1")),
  );
});

test("the error knows the first pointer, and its code is config", async () => {
  expect(parseConfig('{"ociVersion":"1.0.0","process":{"cwd":"x","args":[]}}', "/b/config.json")).rejects.toMatchObject({
    code: "config",
    detail: { pointer: "/process/cwd" },
  });
});

test("warnings come with the value, and do not hide among the problems", async () => {
  const { warnings } = await parseConfig('{"ociVersion":"1.0.0",\n"mounts":[{"destination":"data"}]}', "config.json");
  expect(warnings).toEqual(['config.json:2:26 /mounts/0/destination: should be an absolute path; "data" is taken relative to /']);
  expect(await saidOf({ ociVersion: "0.1.0", mounts: [{ destination: "data" }] })).toEqual([
    '/ociVersion: must be version 1 of the specification, not "0.1.0"',
  ]);
});
