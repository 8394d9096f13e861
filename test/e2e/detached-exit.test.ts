/** `run --detach` without an engine: a supervisor stays, and records how the container ended. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject } from "../support/json.ts";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { fieldsOf, isRunning, isSupervisor, lastRunOf, runDetached, supervisorOf, waitsInPoll } from "../support/supervisor.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
/** In its own pid namespace a container's first process could not kill itself. */
const HOST_PIDS = { linux: { namespaces: [{ type: "mount" }, { type: "ipc" }, { type: "uts" }, { type: "network" }] } };

test.if(root).each([
  [["true"], { exitStatus: 0 }],
  [["exit", "3"], { exitStatus: 3 }],
  [["exit", "255"], { exitStatus: 255 }],
  [["kill-self", "15"], { exitStatus: 143, signal: "SIGTERM" }],
  [["kill-self", "9"], { exitStatus: 137, signal: "SIGKILL" }],
  [["kill-self", "6"], { exitStatus: 134, signal: "SIGABRT" }],
] as const)("%p ends with %p", async (words, expected) => {
  await using box = await sandbox({ args: ["/probe", ...words], config: HOST_PIDS });
  const before = Date.now();
  await runDetached(box);
  await box.reaches("stopped");
  const { started, finished, ...end } = await lastRunOf(box);
  expect(end).toEqual(expected);
  const times = [before - 1, Date.parse(String(started)), Date.parse(String(finished)), Date.now()];
  expect(times).toEqual(times.toSorted((a, b) => a - b)); // truncated to milliseconds
  await box.must(["delete", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("kill from outside is recorded, and state says how the container ended as soon as it says stopped", async () => {
  await using box = await sandbox(WAITING);
  const running = await runDetached(box);
  await running.shows("waiting");
  expect(await lastRunOf(box)).toEqual({});
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  expect(await lastRunOf(box)).toMatchObject({ exitStatus: 137, signal: "SIGKILL" });
});

test.if(root)("list has a column for it, after runc's, and its JSON has the member of state", async () => {
  await using box = await sandbox({ args: ["/probe", "exit", "3"] });
  await runDetached(box);
  await box.reaches("stopped");
  const [header = "", row = ""] = (await box.must(["list"])).stdout.split("\n");
  expect(header).toMatch(/^ID +PID +STATUS +BUNDLE +CREATED +OWNER +LAST RUN$/);
  expect(row).toMatch(new RegExp(`^${box.id} +0 +stopped +.* exited \\(3\\) \\d+ seconds? ago$`));
  const [listed] = JSON.parse((await box.must(["list", "--format", "json"])).stdout) as JsonObject[];
  expect(listed?.lastRun).toEqual((await box.state()).lastRun);
  expect((await box.must(["list", "--size"])).stdout).toMatch(/ LAST RUN +SIZE\n.* exited \(3\) \d+ seconds? ago +\d/);
});

test.if(root).each([
  ["that is not there", { args: ["/no/such/program"] }],
  ["whose interpreter is not there", { args: ["/script"], rootfs: { script: { text: "#!/no/such/interpreter\n", mode: 0o755 } } }],
] as const)("a program %s leaves no supervisor behind", async (_, recipe) => {
  await using box = await sandbox(recipe);
  const outcome = await box.call(["run", "--detach", "--bundle", box.path, box.id]);
  expect([outcome.exitCode, outcome.stderr, box.leftovers()]).toEqual([1, expect.stringContaining("no such file or directory"), []]);
});

test.if(root)("a hook that fails leaves no supervisor behind", async () => {
  for (const kind of ["createRuntime", "createContainer", "startContainer", "poststart"]) {
    await using box = await sandbox({ ...WAITING, config: { hooks: { [kind]: [{ path: "/bin/false" }] } }, rootfs: { "bin/false": "" } });
    const outcome = await box.call(["run", "--detach", "--bundle", box.path, box.id]);
    expect([kind, outcome.exitCode, box.leftovers()]).toEqual([kind, 1, []]);
  }
});

test.if(root)("delete --force of a running container leaves neither it nor its supervisor", async () => {
  await using box = await sandbox(WAITING);
  await runDetached(box);
  await box.must(["delete", "--force", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("a container survives its supervisor, and its end is then unknown", async () => {
  await using box = await sandbox(WAITING);
  const running = await runDetached(box);
  await running.shows("waiting");
  process.kill(await supervisorOf(box), "SIGKILL");
  await box.must(["kill", box.id, "USR1"]);
  await running.shows("signal USR1");
  expect(await box.status()).toBe("running");
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  expect(await lastRunOf(box)).toEqual({});
  expect((await box.must(["list"])).stdout).not.toContain("LAST RUN");
  await box.must(["delete", box.id]);
});

test.if(root)("the supervisor is the container's parent, and holds nothing of its caller open", async () => {
  await using box = await sandbox(WAITING);
  await runDetached(box, ["--pid-file", join(box.host, "pid")], { prefix: ["sh", "-c", '"$@" 7</etc/passwd', "sh"], cwd: box.host });
  const { pid } = await box.state();
  const supervisor = await supervisorOf(box);
  expect([await box.hostFile("pid"), fieldsOf(Number(pid)).parent]).toEqual([String(pid), supervisor]);
  const link = (name: string): string => readlinkSync(`/proc/${supervisor}/${name}`);
  const open = [...new Bun.Glob("*").scanSync({ cwd: `/proc/${supervisor}/fd`, onlyFiles: false })].sort();
  const own = join(box.stateRoot, box.id);
  expect(open.map((fd) => link(`fd/${fd}`))).toEqual(["/dev/null", "/dev/null", "/dev/null", own, join(own, "supervisor.pipe")]);
  expect([link("cwd"), fieldsOf(supervisor).session, fieldsOf(supervisor).terminal]).toEqual(["/", supervisor, 0]);
  const same = ["ns/mnt", "ns/pid", "ns/net", "ns/user", "ns/cgroup"].filter((name) => link(name) === readlinkSync(`/proc/self/${name}`));
  expect(same).toHaveLength(5);
  expect(readFileSync(`/proc/${supervisor}/cgroup`, "utf8")).toBe(readFileSync("/proc/self/cgroup", "utf8"));
});

test.if(root)("the supervisor outlives the terminal that run --detach was called on", async () => {
  await using box = await sandbox(WAITING);
  await box.call(["run", "--detach", "--bundle", box.path, box.id], { prefix: [join(box.host, "probe"), "terminal", "80", "24"] });
  expect(await box.status()).toBe("running");
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  expect(await lastRunOf(box)).toMatchObject({ exitStatus: 137 });
});

test.if(root && requires("busybox"))("whoever reads what run --detach prints reads its end when the program has closed it", async () => {
  await using box = await layeredSandbox({ script: "exec >/dev/null 2>&1; sleep 1000" });
  const prefix = ["sh", "-c", 'out=$("$@" 2>&1); echo "read $out"', "sh"];
  const outcome = await box.call(["run", "--detach", "--bundle", box.path, box.id], { prefix });
  expect([outcome.stdout, await box.status()]).toEqual(["read \n", "running"]);
});

test.if(root && requires("cgroupfs-driver")).each([
  ["a shell that is process 1 has a supervisor for its container", [], "lamina:watch\n"],
  ["process 1 gets a container for its child whose pid it asks for", ["--pid-file", "pid"], ""],
])("%s", async (_, flags, expected) => {
  await using box = await sandbox(WAITING);
  const prefix = [
    "unshare",
    "--pid",
    "--fork",
    "--mount-proc",
    "sh",
    "-c",
    '"$@" >/dev/null; grep -hx lamina:watch /proc/[0-9]*/comm',
    "sh",
  ];
  const outcome = await box.call(["run", "--detach", ...flags, "--bundle", box.path, box.id], { prefix, cwd: box.host });
  expect([outcome.stdout, outcome.stderr]).toEqual([expected, ""]);
});

test.if(root)("--no-subreaper starts no supervisor", async () => {
  await using box = await sandbox(WAITING);
  await runDetached(box, ["--no-subreaper"]);
  const { parent } = fieldsOf(Number((await box.state()).pid));
  expect([parent > 0, isSupervisor(parent)]).toEqual([true, false]);
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  expect(await lastRunOf(box)).toEqual({});
});

test.if(root)("run --keep in the foreground records it as well", async () => {
  await using box = await sandbox({ args: ["/probe", "exit", "4"] });
  const outcome = await box.call(["run", "--keep", "--bundle", box.path, box.id]);
  expect([outcome.exitCode, await lastRunOf(box)]).toEqual([4, expect.objectContaining({ exitStatus: 4 })]);
});

test.if(root)("of twenty at once each is recorded as it ended", async () => {
  await using box = await sandbox({ args: ["/probe", "exit", "5"] });
  const ids = Array.from({ length: 20 }, (_, i) => `${box.id}-${i}`);
  await Promise.all(ids.map((id) => box.must(["run", "--detach", "--bundle", box.path, id])));
  const listed = async (): Promise<JsonObject[]> => JSON.parse((await box.must(["list", "--format", "json"])).stdout) as JsonObject[];
  await until("all have stopped", async () => (await listed()).every(({ status }) => status === "stopped"));
  const ends = (await listed()).map(({ lastRun }) => (isObject(lastRun) ? lastRun.exitStatus : undefined));
  expect(ends).toEqual(Array(20).fill(5));
  await Promise.all(ids.map((id) => box.must(["delete", id])));
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("delete waits until the end is recorded", async () => {
  await using box = await sandbox(WAITING);
  const running = await runDetached(box);
  await running.shows("waiting");
  const supervisor = await supervisorOf(box);
  process.kill(supervisor, "SIGSTOP");
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  const deleting = await box.start(["delete", box.id]);
  await until("delete waits", () => waitsInPoll(deleting.pid));
  expect(isRunning(supervisor)).toBe(true);
  process.kill(supervisor, "SIGCONT");
  const { exitCode } = await deleting.ended;
  await until("the supervisor is gone", () => !isRunning(supervisor)); // it had closed its pipe
  expect([exitCode, box.leftovers()]).toEqual([0, []]);
});

const MOMENTS = 40;

test.if(root)(`run --detach killed at any of ${MOMENTS} moments leaves no supervisor without a container`, async () => {
  const duration = await timeToRun();
  for (let moment = 0; moment < MOMENTS; moment++) {
    await using box = await sandbox(WAITING);
    const running = await box.start(["run", "--detach", "--bundle", box.path, box.id]);
    const end = performance.now() + (duration * moment) / MOMENTS;
    while (performance.now() < end) await Bun.sleep(0); // the wait is the experiment
    running.kill("SIGKILL");
    await running.ended;
    const supervisors = (): string[] => box.leftovers().filter((line) => / lamina:supervisor /.test(line));
    const isNeeded = (): Promise<boolean> => box.call(["state", box.id]).then(({ stdout }) => stdout.includes('"running"'));
    await until(
      "no supervisor is there for nothing",
      async () => supervisors().length === 0 || (await isNeeded()),
      () => supervisors().join(),
    );
  }
});

async function timeToRun(): Promise<number> {
  await using box = await sandbox(WAITING);
  const begin = performance.now();
  await runDetached(box);
  return performance.now() - begin;
}
