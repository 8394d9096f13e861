/**
 * Class: roots in a mount namespace that others live in. Whatever ends there takes its own root away, and nobody else's; what a container does
 * to its root changes neither that nor where others are executed.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type JsonObject, merge, parseObject } from "../support/json.ts";
import { readProc } from "../support/read-proc.ts";
import { requires, staticBusybox } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const WAITING = { args: ["/probe", "sleep-until-signal"] };
const OF_OWN = ["pid", "network", "ipc", "uts"].map((type) => ({ type }));

interface Resident extends AsyncDisposable {
  readonly pid: number;
}

/** A process that lives in a mount namespace: a new one, or that of another. */
async function resident(box: Sandbox, prefix: readonly string[]): Promise<Resident> {
  const running: Running = await spawn(join(box.directory, "calls"), [...prefix, join(box.host, "probe"), "sleep-until-signal"]);
  await running.shows("waiting");
  const end = async (): Promise<void> => {
    running.kill("SIGKILL");
    await running.ended;
  };
  return { pid: running.pid, [Symbol.asyncDispose]: end };
}

function configure({ path }: Sandbox, change: JsonObject): void {
  const file = join(path, "config.json");
  writeFileSync(file, JSON.stringify(merge(parseObject(readFileSync(file, "utf8")), change)));
}

function putInto(box: Sandbox, { pid }: Resident): void {
  configure(box, { linux: { namespaces: [...OF_OWN, { type: "mount", path: `/proc/${pid}/ns/mnt` }] } });
}

function withCapability(name: string): JsonObject {
  return { process: { capabilities: { bounding: [name], permitted: [name], effective: [name] } } };
}

function mountsOf({ pid }: Resident): string {
  return readFileSync(`/proc/${pid}/mountinfo`, "utf8");
}

test.if(root)("a container that fails takes no root away that another has put there meanwhile", async () => {
  await using other = await sandbox(WAITING);
  await using failing = await sandbox(WAITING);
  await using first = await resident(failing, ["unshare", "--mount"]);
  putInto(other, first);
  putInto(failing, first);
  const words = [...runtimeUnderTest().argv, "--root", other.stateRoot, "create", "--bundle", other.path, other.id];
  const script = `exec ${words.join(" ")} < /dev/null > /dev/null 2>&1`;
  configure(failing, { hooks: { createRuntime: [{ path: "/bin/sh", args: ["sh", "-c", script], env: [`PATH=${process.env.PATH}`] }] } });
  const before = mountsOf(first);
  const { exitCode, stderr } = await failing.call(["create", "--bundle", failing.path, failing.id]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("something has been mounted over its root meanwhile")]);
  expect(mountsOf(first)).toContain(other.rootfs);
  expect((await failing.call(["state", failing.id])).exitCode).toBe(1);
  await other.must(["delete", "--force", other.id]);
  expect(mountsOf(first)).toBe(before);
});

test.if(root)("a root is taken away although the process that the namespace was named by has ended", async () => {
  await using box = await sandbox(WAITING);
  const named = await resident(box, ["unshare", "--mount"]);
  await using second = await resident(box, ["nsenter", `--mount=/proc/${named.pid}/ns/mnt`]);
  putInto(box, named);
  const before = mountsOf(second);
  await box.create();
  await named[Symbol.asyncDispose]();
  await box.must(["delete", "--force", box.id]);
  expect(mountsOf(second)).toBe(before);
});

test.if(root && requires("statmount"))("a root goes with what the container has mounted over it", async () => {
  await using box = await sandbox(WAITING);
  await using first = await resident(box, ["unshare", "--mount"]);
  putInto(box, first);
  configure(box, withCapability("CAP_SYS_ADMIN"));
  const before = mountsOf(first);
  await box.create();
  for (let mount = 0; mount < 2; mount++) {
    const { stdout } = await box.must(["exec", box.id, "/probe", "mount-tmpfs", "/"]);
    expect(stdout).toContain("ok");
  }
  expect(mountsOf(first).split("\n").length).toBeGreaterThan(before.split("\n").length + 2);
  await box.must(["delete", "--force", box.id]);
  expect(mountsOf(first)).toBe(before);
});

test.if(root && requires("statmount"))("a root that has gone with the one below it takes none of the namespace's away", async () => {
  const mounts = [{ destination: "/proc", type: "proc", source: "proc" }];
  await using second = await sandbox({ ...WAITING, config: { mounts } });
  const way = { destination: second.path, source: second.path, options: ["bind"] };
  await using first = await sandbox({ ...WAITING, config: { mounts: [...mounts, way] } });
  const named = await resident(first, ["unshare", "--mount"]);
  const namespace = openSync(`/proc/${named.pid}/ns/mnt`, "r"); // where nobody lives soon
  await named[Symbol.asyncDispose]();
  const path = `/proc/${process.pid}/fd/${namespace}`;
  const roots = (): string => Bun.spawnSync(["nsenter", `--mount=${path}`, "cat", "/proc/self/mountinfo"]).stdout.toString();
  const before = roots();
  for (const box of [first, second]) {
    configure(box, { linux: { namespaces: [...OF_OWN, { type: "mount", path }] } });
    await box.create();
  }
  for (const box of [first, second]) {
    await box.must(["kill", box.id, "KILL"]);
    await box.reaches("stopped");
  }
  for (const box of [first, second]) {
    await box.must(["delete", box.id]);
    expect(roots()).toBe(before);
  }
  closeSync(namespace);
});

/** The kernel refuses the mount of a namespace that it takes for an older one, as Linux 6.18 may of one made by another processor. */
const BOUND = `directory=$1; shift
mount -t tmpfs tmpfs "$directory" && touch "$directory/ns" && for try in $(seq 100); do unshare --mount="$directory/ns" true 2> /dev/null && exec "$@"; done`;

test.if(root)("a namespace that is named by a bind mount of its file is known as such", async () => {
  await using box = await sandbox(WAITING);
  const directory = join(box.host, "bound");
  mkdirSync(directory);
  configure(box, { linux: { namespaces: [...OF_OWN, { type: "mount", path: join(directory, "ns") }] } });
  const [processor = "0"] = readProc(process.pid, "status").match(/(?<=^Cpus_allowed_list:\s*)\d+/m) ?? []; // one numbers them in their order
  const prefix = ["taskset", "--cpu-list", processor, "unshare", "--mount", "--propagation", "private", "sh", "-c", BOUND, "sh", directory];
  const { stdout, stderr } = await box.call(["explain", "--bundle", box.path], { prefix });
  expect([stdout, stderr]).toEqual([expect.stringContaining("over the root of namespace"), ""]);
});

test.if(root && requires("busybox"))(
  "who is executed has the root of the container's mount namespace, wherever its init has gone",
  async () => {
    await using box = await sandbox({
      args: ["/busybox", "chroot", "/jail", "/probe", "sleep-until-signal"],
      rootfs: { whose: "all", "jail/whose": "jail" },
    });
    copyFileSync(staticBusybox() ?? "", join(box.rootfs, "busybox"));
    copyFileSync(join(box.rootfs, "probe"), join(box.rootfs, "jail/probe"));
    mkdirSync(join(box.rootfs, "jail/proc"));
    configure(box, withCapability("CAP_SYS_CHROOT"));
    const created = await box.create();
    await box.must(["start", box.id]);
    await created.shows("waiting");
    expect((await box.must(["exec", box.id, "/probe", "read", "/whose"])).stdout).toBe("read /whose ok all\n");
  },
);
