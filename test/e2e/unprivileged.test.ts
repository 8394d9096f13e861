/**
 * Users with subordinate ids and without, with newuidmap(1) and without, and root of a user namespace of theirs: what their containers
 * see, as with runc and crun, or why there is none. Root plays the user, in a mount namespace with an /etc/subuid of its own.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, chown, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findUser, type User } from "../../scripts/throwaway-user.ts";
import type { Recipe } from "../support/bundle.ts";
import type { JsonObject } from "../support/json.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { peer, type Runtime, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type Outcome, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { namespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const user = findUser(runtimeUnderTest().argv[0] ?? "");
const possible = requires("root", "user-namespace", "reachable", "cgroupfs-driver") && typeof user !== "string";
const { id, name, prefix: asUser }: User = typeof user === "string" ? { id: 0, name: "", prefix: [] } : user;
const hasHelpers = requires("uidmap");

const FIRST = 300_000;
const OWN = [{ containerID: 0, hostID: id, size: 1 }];
const RANGE = [...OWN, { containerID: 1, hostID: FIRST, size: 65536 }];
const LOOK = ["/probe", "status", "read", "/proc/self/uid_map", "read", "/proc/self/gid_map", "read", "/proc/self/setgroups"];

/** As spec --rootless writes it. */
const rootless = (maps: readonly JsonObject[], process: JsonObject = {}): JsonObject => ({
  process,
  mounts: [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
    },
    { destination: "/sys", type: "bind", source: "/sys", options: ["rbind", "nosuid", "noexec", "nodev", "ro"] },
  ],
  linux: { namespaces: namespaces("pid", "ipc", "uts", "mount", "user"), uidMappings: maps, gidMappings: maps, resources: null },
});

/** The files of a mount namespace in which the user has a name (newuidmap(1) asks for it), and perhaps subordinate ids; the caller is that user then. */
const BECOME = `
printf "%s" "$1" >"$0.ids" && (cat /etc/passwd; echo "$2:x:$3:$3::/:/bin/sh") >"$0.passwd" || exit 99
for file in subuid subgid; do mount --bind "$0.ids" /etc/$file || exit 99; done
mount --bind "$0.passwd" /etc/passwd || exit 99
rm "$0.ids" "$0.passwd" && shift 3 && exec "$@"`;

/** Words before a runtime's that make its caller a user, with or without subordinate ids, who finds programs in PATH. */
function become(subordinate: boolean, path = process.env.PATH ?? ""): string[] {
  const words = [subordinate ? `${id}:${FIRST}:65536\n` : "", name, String(id)];
  const files = join(tmpdir(), ownId("ids"));
  return ["unshare", "--mount", "--propagation", "private", "sh", "-c", BECOME, files, ...words, ...asUser, "env", `PATH=${path}`];
}

async function owned(box: Sandbox): Promise<void> {
  const names = await readdir(box.directory, { recursive: true });
  for (const name of ["", ...names]) await chown(join(box.directory, name), id, id);
}

async function run(runtime: Runtime, prefix: readonly string[], recipe: Recipe): Promise<Outcome> {
  await using box = await sandbox(recipe, { runtime, forgiving: runtime.name !== runtimeUnderTest().name });
  await owned(box);
  return await box.call(["run", "--bundle", box.path, box.id], { prefix, stdin: "" });
}

/** Standard output of a peer in the same place; undefined if it is not installed. crun refuses to run there beside both versions of cgroups. */
async function shownByRunc(prefix: readonly string[], recipe: Recipe): Promise<string | undefined> {
  const runc = peer("runc");
  return runc && (await run(runc, prefix, recipe)).stdout;
}

/** One line of a file of procfs for each range, as the probe prints it. */
const shownMap = (...ranges: readonly (readonly number[])[]): string =>
  ranges.map((range) => `${range.map((part) => String(part).padStart(10)).join(" ")}\\n`).join("");

test.if(possible && hasHelpers)(
  "with subordinate ids a container has all of them, and a process may be any of these users, with groups",
  async () => {
    const recipe = { args: LOOK, config: rootless(RANGE, { user: { uid: 1000, gid: 1000, additionalGids: [5, 6] } }) };
    const { exitCode, stdout, stderr } = await run(runtimeUnderTest(), become(true), recipe);
    expect([exitCode, stderr]).toEqual([0, ""]);
    for (const line of ["Uid 1000 1000 1000 1000", "Groups 5 6", "read /proc/self/setgroups ok allow\\n"]) expect(stdout).toContain(line);
    for (const file of ["uid_map", "gid_map"])
      expect(stdout).toContain(`read /proc/self/${file} ok ${shownMap([0, id, 1], [1, FIRST, 65536])}`);
  },
);

test.if(possible)("without them it has the user alone, as with runc", async () => {
  const recipe = { args: LOOK, config: rootless(OWN) };
  const { exitCode, stdout, stderr } = await run(runtimeUnderTest(), become(false), recipe);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`read /proc/self/uid_map ok ${shownMap([0, id, 1])}`);
  expect(stdout).toBe((await shownByRunc(become(false), recipe)) ?? stdout);
});

for (const [title, prefix, maps, user, problem, place] of [
  ["ranges that are not the user's", (): string[] => become(false), RANGE, {}, "not allowed", "/linux/uidMappings"],
  ["ranges without newuidmap", (): string[] => become(true, "/nowhere"), RANGE, {}, "newuidmap is not on PATH", "/linux/uidMappings"],
  [
    "groups without subordinate ids",
    (): string[] => become(false),
    OWN,
    { additionalGids: [5] },
    "setgroups",
    "/process/user/additionalGids",
  ],
] as const) {
  test.if(possible && hasHelpers)(`${title} are refused by name, and nothing is left`, async () => {
    const config = rootless(maps, { user: { uid: 0, gid: 0, ...user } });
    const { exitCode, stdout, stderr } = await run(runtimeUnderTest(), prefix(), { args: LOOK, config });
    expect([exitCode, stdout, stderr.includes(problem), stderr.includes(place)]).toEqual([1, "", true, true]);
  });
}

test.if(possible)("root of a user's namespace makes containers in that namespace, as with runc, and in one of their own", async () => {
  const prefix = [...become(false), "unshare", "--user", "--map-root-user"];
  const inside = { ...rootless([]), linux: { namespaces: namespaces("pid", "ipc", "uts", "mount"), resources: null } };
  const shared = await run(runtimeUnderTest(), prefix, { args: LOOK, config: inside });
  expect([shared.exitCode, shared.stderr]).toEqual([0, ""]);
  expect(shared.stdout).toBe((await shownByRunc(prefix, { args: LOOK, config: inside })) ?? shared.stdout);
  const own = await run(runtimeUnderTest(), prefix, { args: LOOK, config: rootless([{ containerID: 0, hostID: 0, size: 1 }]) });
  expect([own.exitCode, own.stderr, own.stdout.includes(`uid_map ok ${shownMap([0, 0, 1])}`)]).toEqual([0, "", true]);
});

test.if(possible)("a user's container has the host's devices and its sysfs, which nobody else could make", async () => {
  const mounts = [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=755"] },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["ro", "nosuid", "nodev", "noexec"] },
  ];
  const devices = ["null", "zero", "full", "random", "urandom", "tty"];
  const args = [
    "/probe",
    ...devices.flatMap((one) => ["stat", `/dev/${one}`]),
    "open",
    "/dev/null",
    "ls",
    "/sys",
    "write",
    "/sys/new",
    "x",
  ];
  const { exitCode, stdout, stderr } = await run(runtimeUnderTest(), become(false), { args, config: { ...rootless(OWN), mounts } });
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout.match(/^stat \/dev\/\w+ c 0666 65534:65534/gm)).toHaveLength(devices.length);
  expect(stdout).toContain("open /dev/null ok");
  expect(stdout).toMatch(/^ls \/sys .*kernel/m);
  expect(stdout).toMatch(/^write \/sys\/new (EROFS|EACCES|EPERM)$/m);
});

for (const [words, owner, expected] of [
  ["is kept in the user's runtime directory", id, [0, "here\n", ""]],
  [
    "cannot be kept in one of somebody else's, which the error names",
    0,
    [1, "", expect.stringMatching(/@HOST@\/lamina: permission denied/)],
  ],
] as const) {
  test.if(possible)(`the state ${words}`, async () => {
    await using box = await sandbox({ args: ["/probe", "say", "here"], config: rootless(OWN) });
    await owned(box);
    await chown(box.host, owner, owner);
    await chmod(box.host, 0o700);
    const outside = [...become(false), "env", `XDG_RUNTIME_DIR=${box.host}`, ...runtimeUnderTest().argv];
    const running = await spawn(box.directory, [...outside, "run", "--bundle", box.path, box.id]);
    const { exitCode, stdout, stderr } = await running.ended;
    expect([exitCode, stdout, stderr.replaceAll(box.host, "@HOST@")]).toEqual([...expected]);
  });
}
