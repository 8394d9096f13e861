/** Killing everything in a container, whatever its processes do against it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeDeepCgroups } from "../support/deep-cgroups.ts";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { runDetached } from "../support/supervisor.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root", "cgroupfs-driver");
const HIERARCHY = existsSync("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
const NO_PID_NAMESPACE = [{ type: "mount" }, { type: "ipc" }, { type: "uts" }];
const WAITING = { args: ["/probe", "sleep-until-signal"], config: { linux: { cgroupsPath: "/@ID@" } } } as const;
/** Twenty processes, each of which starts the next one and exits. */
const FORKING = "f() { f & }; for i in $(seq 20); do f; done; sleep 1000";

for (const verb of ["kill", "delete"] as const) {
  test.if(root && requires("busybox"))(`${verb} ends processes that go on making others`, async () => {
    const linux = { namespaces: NO_PID_NAMESPACE, cgroupsPath: "/@ID@" };
    await using box = await layeredSandbox({ script: FORKING, config: { linux } });
    await runDetached(box);
    await until("there are many", () => membersOf(box).length > 10);
    await box.must(verb === "kill" ? ["kill", box.id, "KILL"] : ["delete", "--force", box.id]);
    await until("all are gone", () => membersOf(box).length === 0);
  });
}

test.if(root && requires("busybox"))("kill with KILL ends what is left of a container whose first process is gone", async () => {
  const linux = { namespaces: NO_PID_NAMESPACE, cgroupsPath: "/@ID@" };
  await using box = await layeredSandbox({ script: "sleep 1000 & sleep 1000 & exec sleep 1000", config: { linux } });
  await runDetached(box);
  await until("all of them run", () => membersOf(box).length === 3);
  process.kill(Number((await box.state()).pid), "SIGKILL");
  await box.reaches("stopped");
  const refused = await box.call(["kill", box.id, "TERM"]);
  expect([refused.exitCode, refused.stderr.split("\n")[0], membersOf(box).length]).toEqual([1, "container not running", 2]);
  await box.must(["kill", box.id, "KILL"]);
  await until("all are gone", () => membersOf(box).length === 0);
  const again = await box.call(["kill", box.id, "KILL"]);
  expect([again.exitCode, again.stderr.split("\n")[0]]).toEqual([1, "container not running"]);
});

test.if(root)("a container with cgroups deeper than any path, and processes in them, is killed and deleted", async () => {
  await using box = await sandbox(WAITING);
  await runDetached(box);
  makeDeepCgroups(join(HIERARCHY, box.id), 100, Number((await box.state()).pid));
  await box.must(["kill", "--all", box.id, "CONT"]);
  await box.must(["delete", "--force", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("a cgroup with such ones below it is refused for a container if a process is in them", async () => {
  await using box = await sandbox(WAITING);
  mkdirSync(join(HIERARCHY, box.id));
  const stranger = Bun.spawn(["sleep", "1000"]);
  makeDeepCgroups(join(HIERARCHY, box.id), 100, stranger.pid);
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  stranger.kill("SIGKILL");
  await stranger.exited;
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, "container's cgroup is not empty: 1 process(es) found"]);
  await box.create(); // and removes them in the end
});

test.if(root && requires("cgroup-v1"))("what a container has frozen by itself is deleted all the same", async () => {
  await using box = await sandbox({ ...WAITING, args: ["/probe", "sleep-until-signal"] });
  await runDetached(box);
  const inner = join("/sys/fs/cgroup/freezer", box.id, "inner");
  mkdirSync(inner);
  writeFileSync(join(inner, "cgroup.procs"), String((await box.state()).pid));
  writeFileSync(join(inner, "freezer.state"), "FROZEN");
  await box.must(["delete", "--force", box.id]);
  expect(box.leftovers()).toEqual([]);
});

function membersOf(box: Sandbox): string[] {
  const members = join(HIERARCHY, box.id, "cgroup.procs");
  return existsSync(members) ? readFileSync(members, "utf8").split("\n").filter(Boolean) : [];
}
