/** lamina without privileges: for a user who can make a user namespace with themselves as its root, but no cgroup. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseObject } from "../support/json.ts";
import { buildProbe } from "../support/probe.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const isUser = process.geteuid?.() !== 0;
const home = await tempDir();
afterAll(() => home[Symbol.asyncDispose]());
let bundles = 0;

test.if(isUser)("the bundle written by spec --rootless runs, with the user as its root", async () => {
  const bundle = await makeBundle(["/probe", "read", "/proc/self/uid_map", "exit", "3"]);
  const { status, out, err } = lamina("run", "--bundle", bundle, "a");
  expect({ status, out, err }).toEqual({
    status: 3,
    err: "",
    out: expect.stringMatching(new RegExp(`\\b0\\s+${process.geteuid?.()}\\s+1\\b`)),
  });
  expect(lamina("list", "--quiet").out).toBe("");
});

test.if(isUser)("a container is created, started, killed and deleted", async () => {
  const bundle = await makeBundle(["/probe", "sleep-until-signal"]);
  const create = ["create", "--bundle", bundle, "--pid-file", join(home.path, "pid"), "b"];
  const quiet = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const; // the container keeps what it is given
  expect(Bun.spawnSync(command(create), quiet).exitCode).toBe(0);
  expect(statusOf("b")).toBe("created");
  expect(lamina("start", "b")).toMatchObject({ status: 0, err: "" });
  expect(statusOf("b")).toBe("running");
  expect(await readFile(join(home.path, "pid"), "utf8")).toBe(String(parseObject(lamina("state", "b").out).pid));
  expect(lamina("kill", "b", "KILL")).toMatchObject({ status: 0 });
  await until("the container stops", () => statusOf("b") === "stopped");
  expect(lamina("delete", "b")).toMatchObject({ status: 0 });
  expect(lamina("state", "b")).toMatchObject({ status: 1 });
});

test.if(isUser)("it is recorded how a detached container ended", async () => {
  const bundle = await makeBundle(["/probe", "exit", "3"]);
  const quiet = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const; // the container keeps what it is given
  expect(Bun.spawnSync(command(["run", "--detach", "--bundle", bundle, "d"]), quiet).exitCode).toBe(0);
  await until("the container stops", () => statusOf("d") === "stopped");
  expect(parseObject(lamina("state", "d").out).lastRun).toMatchObject({ exitStatus: 3 });
  expect(lamina("delete", "d")).toMatchObject({ status: 0, err: "" });
});

test.if(isUser && !hasDelegatedCgroup())("a limit that needs a cgroup is refused with its place in config.json", async () => {
  const bundle = await makeBundle(["/probe", "true"], { pids: { limit: 5 } });
  const { status, err } = lamina("run", "--bundle", bundle, "c");
  expect({ status, err }).toEqual({ status: 1, err: expect.stringMatching(/config\.json:\d+:\d+ \/linux\/resources\/pids/) });
  expect(lamina("list", "--quiet").out).toBe("");
});

test.if(isUser)("[C58] [C60] a program is scheduled as anybody may be, in exec too; what takes more is refused", async () => {
  const asked = { scheduler: { policy: "SCHED_BATCH", nice: 19 }, ioPriority: { class: "IOPRIO_CLASS_BE", priority: 6 } };
  const waiting = await makeBundle(["/probe", "sleep-until-signal"], undefined, asked);
  const quiet = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const; // the container keeps what it is given
  expect(Bun.spawnSync(command(["run", "--detach", "--bundle", waiting, "s"]), quiet).exitCode).toBe(0);
  const inside = lamina("exec", "s", "/probe", "scheduler");
  expect(lamina("delete", "--force", "s")).toMatchObject({ status: 0 });
  expect([inside.err, inside.out]).toEqual(["", expect.stringMatching(/^scheduler 3 flags 0 nice 19 .* io 2 6\n$/)]);
  const realtime = await makeBundle(["/probe", "true"], undefined, { scheduler: { policy: "SCHED_RR", priority: 1 } });
  const { status, err } = lamina("run", "--bundle", realtime, "r");
  expect({ status, err }).toEqual({
    status: 1,
    err: expect.stringMatching(/as SCHED_RR, priority 1: operation not permitted\n.*\/process\/scheduler/),
  });
});

test.if(isUser && hasDelegatedCgroup())("a limit is set in a cgroup of the user's own", async () => {
  const bundle = await makeBundle(["/probe", "sleep-until-signal"], { pids: { limit: 5 } });
  const quiet = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
  expect(Bun.spawnSync(command(["run", "--detach", "--bundle", bundle, "e"]), quiet).exitCode).toBe(0);
  const path = /^0::(.*)$/m.exec(readFileSync(`/proc/${parseObject(lamina("state", "e").out).pid}/cgroup`, "utf8"))?.[1];
  expect(readFileSync(`/sys/fs/cgroup${path}/pids.max`, "utf8")).toBe("5\n");
  expect(lamina("delete", "--force", "e")).toMatchObject({ status: 0, err: "" });
});

test.if(isUser && hasDelegatedCgroup())(
  "a process of exec is where init is if the container's cgroup has been divided, and takes none",
  async () => {
    const bundle = await makeBundle(["/probe", "sleep-until-signal"], { pids: { limit: 50 } });
    const quiet = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
    expect(Bun.spawnSync(command(["run", "--detach", "--bundle", bundle, "f"]), quiet).exitCode).toBe(0);
    const pid = String(parseObject(lamina("state", "f").out).pid);
    const path = join("/sys/fs/cgroup", /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "");
    mkdirSync(join(path, "mine"));
    writeFileSync(join(path, "mine/cgroup.procs"), pid);
    writeFileSync(join(path, "cgroup.subtree_control"), "+pids");
    const inside = lamina("exec", "f", "/probe", "read", "/proc/self/cgroup");
    expect([inside.err, inside.out]).toEqual(["", expect.stringMatching(/\/mine\\n\n$/)]);
    expect(lamina("delete", "--force", "f")).toMatchObject({ status: 0, err: "" });
  },
);

/** Cgroups can be made beside our own, or the user's systemd is asked. */
function hasDelegatedCgroup(): boolean {
  const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "";
  if (process.env.LAMINA_DRIVER === "systemd") return true;
  try {
    accessSync(join("/sys/fs/cgroup", own, "../cgroup.procs"), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function makeBundle(args: readonly string[], resources?: object, process: object = {}): Promise<string> {
  const bundle = join(home.path, `bundle${bundles++}`);
  await mkdir(join(bundle, "rootfs"), { recursive: true });
  await copyFile(await buildProbe(), join(bundle, "rootfs/probe"));
  expect(lamina("spec", "--rootless", "--bundle", bundle)).toMatchObject({ status: 0, err: "" });
  const path = join(bundle, "config.json");
  const config = JSON.parse(await readFile(path, "utf8"));
  Object.assign(config.process, { terminal: false, args }, process);
  if (resources !== undefined) config.linux.resources = resources;
  await writeFile(path, JSON.stringify(config, null, 2));
  return bundle;
}

function statusOf(id: string): unknown {
  return parseObject(lamina("state", id).out).status;
}

function lamina(...words: string[]): { status: number | null; out: string; err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command(words));
  return { status: exitCode, out: stdout.toString(), err: stderr.toString() };
}

function command(words: readonly string[]): string[] {
  return [...runtimeUnderTest().argv, "--root", join(home.path, "state"), ...words];
}
