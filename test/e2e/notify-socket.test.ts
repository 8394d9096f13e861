/** NOTIFY_SOCKET and LISTEN_PID: a container that is a service of systemd, and what runc makes of the same. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { peer, type Runtime, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, type SandboxOptions, sandbox } from "../support/sandbox.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const BARRIER = "told BARRIER=1";
const SERVICE = {
  args: ["/probe", "notify", "STATUS=begins\n", "notify", "READY=1\nSTATUS=ready", "sleep-until-signal"],
  config: { process: { env: [] }, root: { readonly: false } },
} as const;

interface Manager {
  readonly running: Running;
  readonly env: { readonly NOTIFY_SOCKET: string };
}

/** The probe as the manager of the service. */
async function manager(box: Sandbox, address = join(box.host, "manager.sock"), ...words: readonly string[]): Promise<Manager> {
  const [kind = "notify-server", ...rest] = words;
  const running = await spawn(box.directory, [join(box.host, "probe"), kind, address, ...rest]);
  await running.shows("ready");
  return { running, env: { NOTIFY_SOCKET: address } };
}

/** Whole when the manager has ended, as it does at a barrier. */
const told = async ({ running }: Manager, pid: number): Promise<string[]> =>
  (await running.ended).stdout.replaceAll(`MAINPID=${pid}\\n`, "MAINPID=PID").split("\n").slice(1, -1);

async function createAndStart(runtime: Runtime, options: SandboxOptions = {}): Promise<string[]> {
  await using box = await sandbox(SERVICE, { runtime, ...options });
  const service = await manager(box);
  const container = await box.create([], { env: service.env });
  const { pid } = await box.state();
  await box.must(["start", box.id], { env: service.env });
  if (options.forgiving) {
    await service.running.shows("told MAINPID=");
    service.running.kill("SIGKILL"); // runc has barriers since 1.2
  }
  const lines = (await told(service, Number(pid))).filter((line) => !options.forgiving || line !== BARRIER);
  await container.shows("waiting");
  return [...lines, ...(await container.stdout()).split("\n").slice(0, 2)];
}

test.if(root && requires("runc"))("start waits until the container is ready and passes that on, as runc does", async () => {
  const runc = peer("runc");
  if (runc === undefined) throw new Error("runc is gone");
  const ours = await createAndStart(runtimeUnderTest());
  expect(ours).toEqual(["told READY=1\\n", "told MAINPID=PID", BARRIER, ...Array(2).fill("notify /run/notify/notify.sock ok")]);
  expect(ours.filter((line) => line !== BARRIER)).toEqual(await createAndStart(runc, { forgiving: true }));
});

test.if(root)("run --detach does so too, also to an abstract name", async () => {
  await using box = await sandbox(SERVICE);
  const service = await manager(box, `@lamina-${box.id}`);
  await box.must(["run", "--detach", "--bundle", box.path, box.id], { env: service.env });
  const { pid } = await box.state();
  expect(await told(service, Number(pid))).toEqual(["told READY=1\\n", "told MAINPID=PID", BARRIER]);
});

test.if(root)("run in the foreground is the service's main process itself, and passes signals on meanwhile", async () => {
  await using box = await sandbox(SERVICE);
  const service = await manager(box);
  const running = await box.start(["run", "--bundle", box.path, box.id], { env: service.env });
  expect(await told(service, running.pid)).toEqual(["told READY=1\\n", "told MAINPID=PID", BARRIER]);
  await running.shows("waiting");
  running.kill("SIGTERM");
  expect((await running.ended).exitCode).toBe(0);
});

for (const [which, kind] of [
  ["does not read", "notify-deaf"],
  ["has no room for a message", "notify-full"],
] as const) {
  test.if(root)(`run in the foreground does not wait for a manager that ${which}`, async () => {
    await using box = await sandbox({ ...SERVICE, args: ["/probe", "notify", "READY=1", "sleep-until-signal", "exit", "5"] });
    const service = await manager(box, join(box.host, "manager.sock"), kind, "sleep-until-signal");
    const running = await box.start(["run", "--bundle", box.path, box.id], { env: service.env });
    await running.shows("waiting");
    running.kill("SIGTERM");
    const { exitCode, stderr } = await running.ended;
    service.running.kill("SIGKILL");
    expect([exitCode, stderr]).toEqual([5, ""]); // whoever waits warns in the end
  });
}

test.if(root)("what a service in the foreground says when it is ready is read", async () => {
  const more = Array.from({ length: 1000 }, () => ["notify", "WATCHDOG=1"]).flat(); // no socket keeps as many
  await using box = await sandbox({ ...SERVICE, args: ["/probe", "notify", "READY=1", ...more, "exit", "5"] });
  const service = await manager(box);
  const running = await box.start(["run", "--bundle", box.path, box.id], { env: service.env });
  expect(await told(service, running.pid)).toEqual(["told READY=1\\n", "told MAINPID=PID", BARRIER]);
  expect((await running.ended).exitCode).toBe(5);
});

test.if(root)("what a service in the foreground says right before its end is passed on", async () => {
  await using box = await sandbox({ ...SERVICE, args: ["/probe", "notify", "READY=1"] });
  const service = await manager(box);
  const running = await box.start(["run", "--bundle", box.path, box.id], { env: service.env });
  expect(await told(service, running.pid)).toEqual(["told READY=1\\n", "told MAINPID=PID", BARRIER]);
  expect((await running.ended).exitCode).toBe(0);
});

test.if(root)("a container that ends without being ready ends the wait, and an address that is none is only a warning", async () => {
  await using box = await sandbox({ ...SERVICE, args: ["/probe", "notify", "READY=1"] });
  const silent = await manager(box);
  await box.must(["run", "--detach", "--bundle", box.path, box.id], { env: { NOTIFY_SOCKET: join(box.host, "manager.sock") } });
  silent.running.kill("SIGKILL");
  await box.must(["delete", "--force", box.id]);
  const none = await box.call(["run", "--detach", "--bundle", box.path, box.id], { env: { NOTIFY_SOCKET: "trap" } });
  expect([none.exitCode, none.stderr]).toEqual([
    0,
    "warning: cannot pass READY=1 on to NOTIFY_SOCKET=trap: it is neither a path nor an abstract name\n",
  ]);
});

test.if(root)("a container that says nothing and ends is not waited for", async () => {
  await using box = await sandbox({ ...SERVICE, args: ["/probe", "true"] });
  await box.must(["run", "--detach", "--bundle", box.path, box.id], { env: { NOTIFY_SOCKET: join(box.host, "nobody.sock") } });
});

test.if(root)("sockets of systemd that were passed to another process are not the container's", async () => {
  await using box = await sandbox({ args: ["/probe", "fds", "env"], config: { process: { env: [] } } });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { env: { LISTEN_FDS: "2", LISTEN_PID: "1" } });
  expect(outcome).toEqual({ exitCode: 0, stdout: "fds 0 1 2\nenv HOME=/root\n", stderr: "" });
});
