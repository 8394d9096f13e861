/** Namespaces given by path: those of an existing process. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, chown, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_CONFIG } from "../support/default-config.ts";
import { isObject, type JsonObject } from "../support/json.ts";
import { mountsBut } from "../support/mount-table.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
/** Names in config.json, in /proc/PID/ns, and the option of unshare(1). */
const KINDS = [
  ["network", "net", "--net"],
  ["mount", "mnt", "--mount"],
  ["ipc", "ipc", "--ipc"],
  ["uts", "uts", "--uts"],
  ["pid", "pid", "--pid"],
  ["cgroup", "cgroup", "--cgroup"],
  ["time", "time", "--time"],
] as const;

const OWN_UTS = [{ type: "mount" }, { type: "pid" }, { type: "uts", path: "/proc/self/ns/uts" }];

for (const [type, file, option] of KINDS) {
  const possible = root && (type !== "time" || requires("time-namespace")) && (type !== "cgroup" || requires("cgroup-namespace"));
  test.if(possible)(`[C76] a ${type} namespace given by path is joined, and the others are new`, async () => {
    await using box = await sandbox({});
    await using holder = await holdNamespaces(box, [option]);
    const path = `/proc/${holder.pid}/ns/${file}`;
    const shown = await runIn(box, (namespaces) => [...namespaces.filter((row) => row.type !== type), { type, path }], await linkOf(path));
    expect(shown).toBe(`ns ${file} given\n`);
  });
}

test.if(root && requires("seccomp", "libseccomp"))("[C76] a pid namespace is joined under a filter that forbids clone3", async () => {
  const syscalls = [{ names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 1 }];
  const seccomp = { defaultAction: "SCMP_ACT_ALLOW", syscalls };
  await using box = await sandbox({ config: { process: { noNewPrivileges: false }, linux: { seccomp } } });
  await using holder = await holdNamespaces(box, ["--pid"]);
  const path = `/proc/${holder.pid}/ns/pid`;
  const namespaces = (rows: readonly JsonObject[]): JsonObject[] => [...rows.filter(({ type }) => type !== "pid"), { type: "pid", path }];
  expect(await runIn(box, namespaces, await linkOf(path))).toBe("ns pid given\n");
});

test.if(root)("[C76] in a mount namespace given by path the container finds what is mounted there, and leaves it as it was", async () => {
  await using box = await sandbox({
    host: { "only/.keep": "" },
    mounts: [{ destination: "/data", source: "@HOST@/only", options: ["bind"] }],
  });
  await using holder = await holdNamespaces(box, ["--mount"]);
  const only = join(box.host, "only");
  const mounted = Bun.spawnSync(["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, "mount", "-t", "tmpfs", "tmpfs", only]);
  expect(mounted.exitCode).toBe(0);
  await writeFile(`/proc/${holder.pid}/root${only}/there`, "of that namespace");
  const before = await viewOf(holder.pid, box);
  const given = [{ type: "mount", path: `/proc/${holder.pid}/ns/mnt` }];
  const edit = (rows: readonly JsonObject[]): readonly JsonObject[] => [...rows.filter((row) => row.type !== "mount"), ...given];
  expect(await runIn(box, edit, "", ["read", "/data/there"])).toBe("read /data/there ok of that namespace\n");
  expect(await viewOf(holder.pid, box)).toEqual(before);
});

/** Its mounts and its root, which pivot_root(2) in its namespace would exchange. */
async function viewOf(pid: number, ...boxes: readonly Sandbox[]): Promise<{ mounts: string; root: number }> {
  const mounts = mountsBut(
    await readFile(`/proc/${pid}/mountinfo`, "utf8"),
    boxes.map(({ directory }) => directory),
  );
  return { mounts, root: (await stat(`/proc/${pid}/root`)).ino };
}

test.if(root)("containers in one mount namespace each have their own root, and go in the reverse order", async () => {
  const mounts = [{ destination: "/proc", type: "proc", source: "proc" }];
  await using second = await sandbox({ config: { mounts }, rootfs: { whose: "second" } });
  const way = { destination: second.path, source: second.path, options: ["bind"] };
  await using first = await sandbox({ config: { mounts: [...mounts, way] }, rootfs: { whose: "first" } });
  await using holder = await holdNamespaces(first, ["--mount"]);
  const before = await viewOf(holder.pid, first, second);
  for (const box of [first, second]) {
    const given = { type: "mount", path: `/proc/${holder.pid}/ns/mnt` };
    await configure(box, (rows) => [...rows.filter(({ type }) => type !== "mount"), given], ["sleep-until-signal"]);
    await box.create();
    await box.must(["start", box.id]);
  }
  for (const [box, name] of [
    [first, "first"],
    [second, "second"],
  ] as const) {
    const { stdout } = await box.must(["exec", box.id, "/probe", "read", "/whose"]);
    expect(stdout).toBe(`read /whose ok ${name}\n`);
  }
  await first.must(["kill", first.id, "KILL"]);
  await first.reaches("stopped");
  const early = await first.call(["delete", first.id]);
  expect([early.exitCode, early.stderr]).toEqual([1, expect.stringContaining("another mount over that of the container")]);
  await second.must(["delete", "--force", second.id]);
  await first.must(["delete", first.id]);
  expect(await viewOf(holder.pid, first, second)).toEqual(before);
});

const SELF_MAPPED = [{ containerID: 0, hostID: 0, size: 65_536 }];
const COPIES = [
  ["is the host's own", "it is the host's own", [], {}],
  ["has a shared root", "its root is shared", ["--mount", "--propagation", "shared"], {}],
  ["would get unbindable mounts", "unbindable mounts", ["--mount"], { rootfsPropagation: "unbindable" }],
  ["belongs to another user namespace", "another user namespace", ["--mount"], { uidMappings: SELF_MAPPED, gidMappings: SELF_MAPPED }],
] as const;

for (const [what, reason, options, linux] of COPIES) {
  const possible = root && (!("uidMappings" in linux) || requires("user-namespace"));
  test.if(possible)(`a mount namespace given by path that ${what} is copied, and lamina says so`, async () => {
    await using box = await sandbox({ config: { linux } });
    await using holder = options.length > 0 ? await holdNamespaces(box, options) : undefined;
    const path = `/proc/${holder?.pid ?? "self"}/ns/mnt`;
    const user = "uidMappings" in linux ? [{ type: "user" }] : [];
    await configure(box, (rows) => [...rows.filter(({ type }) => type !== "mount"), { type: "mount", path }, ...user], [
      "ns",
      `mnt=${await inodeOf(holder?.pid ?? process.pid, "mnt")}`,
    ]);
    const { stdout, stderr, exitCode } = await box.call(["run", "--bundle", box.path, box.id]);
    expect([exitCode, stdout]).toEqual([0, "ns mnt own\n"]);
    expect(stderr).toContain(`the container gets a copy of the mount namespace ${path}: `);
    expect(stderr).toContain(reason);
  });
}

test.if(root)("the host's own namespace given by path is joined, and its name is not changed", async () => {
  await using box = await sandbox({ args: ["/probe", "ns", "uts=1"], config: { linux: { namespaces: OWN_UTS } } });
  await using other = await sandbox({ args: ["/probe", "ns", "uts=1"], config: { hostname: null, linux: { namespaces: OWN_UTS } } });
  const prefix = ["unshare", "--uts"]; // should it be changed after all
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("/proc/self/ns/uts is the host's own uts namespace\n")]);
  await other.must(["run", "--bundle", other.path, other.id], { prefix });
});

test.if(root && requires("user-namespace"))(
  "[C76] a user namespace given by path is joined together with a network namespace that it owns",
  async () => {
    await using box = await sandbox({ config: { mounts: [{ destination: "/proc", type: "proc", source: "proc" }], hostname: null } });
    await using holder = await holdNamespaces(box, ["--user", "--map-root-user", "--net"]);
    const paths = [
      { type: "user", path: `/proc/${holder.pid}/ns/user` },
      { type: "network", path: `/proc/${holder.pid}/ns/net` },
    ];
    const inodes = `user=${await inodeOf(holder.pid, "user")},net=${await inodeOf(holder.pid, "net")}`;
    const shown = await runIn(box, (namespaces) => [...namespaces.filter((row) => row.type !== "network"), ...paths], inodes);
    expect(shown).toBe("ns user given\nns net given\n");
  },
);

const ALIEN = ["network", "ipc", "uts"] as const;

test.if(root && requires("user-namespace")).each([
  ["given by path", true],
  ["that is new", false],
])("[C76] with a user namespace %s, namespaces that it does not own are joined", async (_, isJoined) => {
  const maps = [{ containerID: 0, hostID: 0, size: 1 }];
  await using box = await sandbox({
    config: {
      mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
      hostname: null,
      linux: isJoined ? {} : { uidMappings: maps, gidMappings: maps },
    },
  });
  await using alien = await holdNamespaces(box, ["--net", "--ipc", "--uts"]);
  await using owner = await holdNamespaces(box, ["--user", "--map-root-user"]);
  const given = ALIEN.map((type) => ({ type, path: `/proc/${alien.pid}/ns/${type === "network" ? "net" : type}` }));
  const user = isJoined ? { type: "user", path: `/proc/${owner.pid}/ns/user` } : { type: "user" };
  const inodes = await Promise.all(["net", "ipc", "uts"].map(async (file) => `${file}=${await inodeOf(alien.pid, file)}`));
  const expected = `${inodes.join(",")},user=${await inodeOf(isJoined ? owner.pid : process.pid, "user")}`;
  const shown = await runIn(box, () => [...given, { type: "pid" }, { type: "mount" }, user], expected);
  expect(shown).toBe(`ns net given\nns ipc given\nns uts given\nns user ${isJoined ? "given" : "own"}\n`);
});

test.if(root && requires("user-namespace", "mount-setattr"))("[C44] idmap shows the ids of a user namespace given by path", async () => {
  await using box = await sandbox({
    config: {
      mounts: [
        { destination: "/proc", type: "proc", source: "proc" },
        { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=755"] },
      ],
      hostname: null,
    },
    mounts: [{ destination: "/data", source: "@HOST@/data", options: ["bind", "idmap"] }],
    host: { "data/file": "" },
    rootfs: { "data/covered": "" },
  });
  await using holder = await holdNamespaces(box, ["--user"]);
  for (const file of ["uid_map", "gid_map"]) await writeFile(`/proc/${holder.pid}/${file}`, "0 100000 10");
  await chmod(box.directory, 0o755);
  await chown(join(box.host, "data/file"), 3, 4);
  const user = { type: "user", path: `/proc/${holder.pid}/ns/user` };
  expect(await runIn(box, (namespaces) => [...namespaces, user], "", ["stat", "/data/file"])).toBe("stat /data/file - 0644 3:4\n");
});

test.if(root)("[C75] every namespace requested without a path is new", async () => {
  await using box = await sandbox({});
  const own = await Promise.all(["net", "ipc", "uts", "pid", "mnt"].map(async (file) => `${file}=${await inodeOf(process.pid, file)}`));
  const shown = await runIn(box, (namespaces) => namespaces, own.join(","));
  expect(shown.split("\n")).toEqual(["ns net own", "ns ipc own", "ns uts own", "ns pid own", "ns mnt own", ""]);
});

test.if(root)("[C77] every namespace not requested is the runtime's", async () => {
  await using box = await sandbox({ config: { hostname: null } });
  const own = await Promise.all(
    ["net", "ipc", "uts", "pid", "cgroup", "user"].map(async (file) => `${file}=${await inodeOf(process.pid, file)}`),
  );
  const shown = await runIn(box, (namespaces) => namespaces.filter((row) => row.type === "mount"), own.join(","));
  expect(shown.split("\n").filter(Boolean)).toEqual(["net", "ipc", "uts", "pid", "cgroup", "user"].map((file) => `ns ${file} given`));
});

/** Runs the probe's `ns` in a container whose namespaces are the default ones, edited. */
async function runIn(box: Sandbox, edit: Edit, inodes: string, args: readonly string[] = ["ns", inodes]): Promise<string> {
  await configure(box, edit, args);
  return (await box.must(["run", "--bundle", box.path, box.id])).stdout;
}

type Edit = (namespaces: readonly JsonObject[]) => readonly JsonObject[];

async function configure(box: Sandbox, edit: Edit, args: readonly string[]): Promise<void> {
  const path = join(box.path, "config.json");
  const config: JsonObject = JSON.parse(await readFile(path, "utf8"));
  const process = { ...(isObject(config.process) ? config.process : {}), args: ["/probe", ...args] };
  const linux = { ...(isObject(config.linux) ? config.linux : {}), namespaces: edit(defaultNamespaces()) };
  await Bun.write(path, JSON.stringify({ ...config, process, linux }));
}

function defaultNamespaces(): readonly JsonObject[] {
  const { linux } = DEFAULT_CONFIG;
  const namespaces = isObject(linux) ? linux.namespaces : undefined;
  return Array.isArray(namespaces) ? namespaces.filter(isObject) : [];
}

/** A process in new namespaces that ends with the test. */
async function holdNamespaces(box: Sandbox, options: readonly string[]): Promise<{ readonly pid: number } & AsyncDisposable> {
  const calls = join(box.directory, "calls");
  const unshared = await spawn(calls, ["unshare", ...options, "--fork", "--kill-child", join(box.host, "probe"), "sleep-until-signal"]);
  await unshared.shows("waiting");
  const pid = Number((await readFile(`/proc/${unshared.pid}/task/${unshared.pid}/children`, "utf8")).trim());
  const stop = async (): Promise<void> => {
    process.kill(pid, "SIGKILL");
    await unshared.ended; // it waits for its child, so both are gone then
  };
  return { pid, [Symbol.asyncDispose]: stop };
}

async function linkOf(path: string): Promise<string> {
  return (await readlink(path)).replace(/^(\w+):\[(\d+)\]$/, "$1=$2");
}

async function inodeOf(pid: number, file: string): Promise<string> {
  return (await linkOf(`/proc/${pid}/ns/${file}`)).split("=")[1] ?? "";
}
