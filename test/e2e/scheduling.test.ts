/** How a container's processes are scheduled: policy, deadlines, I/O priority; the kernel's own answer from inside. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root", "cap-sys-nice");
const args = ["/probe", "scheduler"];
const DEADLINE = { policy: "SCHED_DEADLINE", runtime: 1_000_000, deadline: 20_000_000, period: 30_000_000 };
/** On cgroup v1 a group has no realtime of its own. */
const REALTIME = { resources: { cpu: { realtimeRuntime: 10_000 } } };

for (const [words, scheduler, shown] of [
  ["SCHED_OTHER with a nice value", { policy: "SCHED_OTHER", nice: -3 }, "0 flags 0 nice -3 priority 0 times 0 0 0"],
  ["SCHED_BATCH", { policy: "SCHED_BATCH", nice: 7 }, "3 flags 0 nice 7 priority 0 times 0 0 0"],
  ["SCHED_IDLE", { policy: "SCHED_IDLE" }, "5 flags 0 nice 0 priority 0 times 0 0 0"],
  ["its flags", { policy: "SCHED_BATCH", flags: ["SCHED_FLAG_RESET_ON_FORK"] }, "3 flags 1 nice 0 priority 0 times 0 0 0"],
  ["SCHED_DEADLINE", DEADLINE, "6 flags 0 nice 0 priority 0 times 1000000 20000000 30000000"],
  [
    "SCHED_DEADLINE without a period of its own",
    { ...DEADLINE, period: null, flags: ["SCHED_FLAG_RECLAIM"] },
    "6 flags 2 nice 0 priority 0 times 1000000 20000000 20000000",
  ],
] as const) {
  test.if(root)(`[C58] a program is scheduled as ${words}`, async () => {
    const { stdout, stderr } = await runContainer({ args, config: { process: { scheduler: withoutNull(scheduler) } } });
    expect([withoutIo(stdout), stderr]).toEqual([`scheduler ${shown}`, ""]);
  });
}

test.if(root && requires("cgroup-v1"))("[C58] realtime takes a cgroup that has some", async () => {
  const scheduler = { policy: "SCHED_FIFO", priority: 10 };
  const with_ = await runContainer({ args, config: { process: { scheduler }, linux: REALTIME } });
  const without = await runContainer({ args, config: { process: { scheduler } } });
  expect([with_.stderr, withoutIo(with_.stdout)]).toEqual(["", "scheduler 1 flags 0 nice 0 priority 10 times 0 0 0"]);
  expect([without.exitCode, without.stdout]).toEqual([1, ""]);
  expect(without.stderr).toContain("cannot schedule the program as SCHED_FIFO, priority 10: operation not permitted");
  expect(without.stderr).toContain("/process/scheduler");
});

test.if(root && requires("cgroup-v1"))(
  "[C95] realtime is given to the cgroups above the container's first, if they have none",
  async () => {
    await using box = await sandbox({
      args: ["/probe", "sleep-until-signal"],
      config: { linux: { cgroupsPath: "/@ID@/pod/inner", resources: { cpu: { realtimeRuntime: 10_000, realtimePeriod: 500_000 } } } },
    });
    await startedIn(box);
    const realtime = ["", "/pod", "/pod/inner"].map((path) =>
      ["runtime", "period"].map((name) => readFileSync(`/sys/fs/cgroup/cpu/${box.id}${path}/cpu.rt_${name}_us`, "utf8").trim()),
    );
    await box.must(["kill", box.id, "KILL"]);
    await box.reaches("stopped");
    await box.must(["delete", box.id]);
    for (const mount of readdirSync("/sys/fs/cgroup")) removeEmpty(`/sys/fs/cgroup/${mount}/${box.id}`); // those above stay, as with runc
    expect(realtime).toEqual([
      ["10000", "500000"],
      ["10000", "500000"],
      ["10000", "500000"],
    ]);
  },
);

test.if(root && requires("user-namespace"))("[C58] also in a user namespace, where nobody could", async () => {
  const maps = [{ containerID: 0, hostID: 100000, size: 65536 }];
  const { stdout, stderr } = await runContainer({
    args,
    config: {
      process: { scheduler: { policy: "SCHED_OTHER", nice: -7 }, ioPriority: { class: "IOPRIO_CLASS_RT", priority: 2 } },
      linux: { namespaces: defaultNamespaces("user"), uidMappings: maps, gidMappings: maps },
    },
  });
  expect([stderr, withoutIo(stdout), stdout.slice(stdout.indexOf(" io ") + 1)]).toEqual([
    "",
    "scheduler 0 flags 0 nice -7 priority 0 times 0 0 0",
    "io 1 2\n",
  ]);
});

for (const [name, priority, shown] of [
  ["IOPRIO_CLASS_RT", 1, "io 1 1\n"],
  ["IOPRIO_CLASS_BE", 6, "io 2 6\n"],
  ["IOPRIO_CLASS_IDLE", 0, "io 3 0\n"],
] as const) {
  test.if(root)(`[C60] a program has the I/O priority ${name} ${priority}`, async () => {
    const { stdout, stderr } = await runContainer({ args, config: { process: { ioPriority: { class: name, priority } } } });
    expect([stdout.slice(stdout.indexOf(" io ") + 1), stderr]).toEqual([shown, ""]);
  });
}

test.if(root)("[C58] [C60] a process of exec is scheduled as the container's own, or as its process.json says", async () => {
  await using box = await sandbox({
    args: ["/probe", "sleep-until-signal"],
    config: { process: { scheduler: { policy: "SCHED_BATCH", nice: 2 }, ioPriority: { class: "IOPRIO_CLASS_BE", priority: 3 } } },
  });
  await startedIn(box);
  const file = join(box.host, "process.json");
  await writeFile(file, JSON.stringify({ cwd: "/", args, scheduler: DEADLINE }));
  const own = await box.must(["exec", box.id, ...args]);
  const other = await box.must(["exec", "--process", file, box.id]);
  await box.must(["kill", box.id, "KILL"]);
  expect([withoutIo(own.stdout), own.stdout.slice(own.stdout.indexOf(" io ") + 1)]).toEqual([
    "scheduler 3 flags 0 nice 2 priority 0 times 0 0 0",
    "io 2 3\n",
  ]);
  expect([withoutIo(other.stdout), other.stdout.slice(other.stdout.indexOf(" io ") + 1)]).toEqual([
    "scheduler 6 flags 0 nice 0 priority 0 times 1000000 20000000 30000000",
    "io 2 3\n",
  ]);
});

test.if(root)("[C73] what no kernel can do is refused by name, and nothing is left", async () => {
  await using box = await sandbox({
    args,
    config: { process: { scheduler: { policy: "SCHED_ISO" } } },
  });
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
  expect([exitCode, box.leftovers()]).toEqual([1, []]);
  expect(stderr).toContain("/process/scheduler/policy");
});

function withoutIo(stdout: string): string {
  return stdout.replace(/ io .*\n/, "");
}

function withoutNull(scheduler: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(scheduler).filter(([, value]) => value !== null));
}

function removeEmpty(path: string): void {
  if (!existsSync(path)) return;
  if (existsSync(`${path}/pod`)) rmdirSync(`${path}/pod`);
  rmdirSync(path);
}

async function startedIn(box: Sandbox): Promise<void> {
  await box.create();
  await box.must(["start", box.id]);
}
