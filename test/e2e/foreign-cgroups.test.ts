/** A cgroup that is in use already: killing a container kills everything in its cgroup, so it must not share one. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const SHARED = { ...WAITING, config: { linux: { cgroupsPath: "/@ID@/inner" } } } as const;
const root = requires("root", "cgroupfs-driver");
const HIERARCHY = existsSync("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/devices";

test.if(root)("[C87] create into a cgroup that holds somebody else's process is refused, and the process and its cgroup stay", async () => {
  await using box = await sandbox(SHARED);
  using stranger = enter(join(HIERARCHY, box.id), "inner");
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, "container's cgroup is not empty: 1 process(es) found"]);
  expect((await box.call(["state", box.id])).exitCode).toBe(1);
  await box.must(["delete", "--force", box.id]);
  expect(stranger.isThere()).toBe(true);
});

test.if(root)("run in a cgroup below which somebody else's process runs is refused", async () => {
  await using box = await sandbox({ ...WAITING, config: { linux: { cgroupsPath: "/@ID@" } } });
  using stranger = enter(join(HIERARCHY, box.id), "inner");
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect([exitCode, stderr.includes("container's cgroup is not empty"), stranger.isThere()]).toEqual([1, true, true]);
});

test.if(root)("the cgroup of a container is refused to a second one, and the first lives on", async () => {
  await using box = await sandbox({ ...WAITING, config: { linux: { cgroupsPath: "/@ID@" } } });
  await box.create();
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, `${box.id}-second`]);
  expect([exitCode, stderr.includes("container's cgroup is not empty"), await box.status()]).toEqual([1, true, "created"]);
});

test.if(root)("an existing empty cgroup is used", async () => {
  await using box = await sandbox({ ...WAITING, config: { linux: { cgroupsPath: "/@ID@" } } });
  mkdirSync(join(HIERARCHY, box.id));
  await box.create();
  expect(await box.status()).toBe("created");
});

test.if(root && requires("cgroup-v1"))("[C87] create into a frozen cgroup says so and does not hang", async () => {
  await using box = await sandbox({ ...WAITING, config: { linux: { cgroupsPath: "/@ID@" } } });
  const frozen = join("/sys/fs/cgroup/freezer", box.id);
  mkdirSync(frozen);
  writeFileSync(join(frozen, "freezer.state"), "FROZEN");
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
  rmdirSync(frozen);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, "container's cgroup unexpectedly frozen"]);
});

/** A process outside any container, in the cgroup directory/name; both are removed with it. */
function enter(directory: string, name: string): Disposable & { isThere(): boolean } {
  const cgroup = join(directory, name);
  mkdirSync(cgroup, { recursive: true });
  const stranger = Bun.spawn(["sleep", "1000"]);
  const members = join(cgroup, "cgroup.procs");
  writeFileSync(members, String(stranger.pid));
  return {
    isThere: () => stranger.exitCode === null && existsSync(members) && readFileSync(members, "utf8") === `${stranger.pid}\n`,
    [Symbol.dispose]() {
      stranger.kill("SIGKILL");
      removeWhenEmpty([cgroup, directory]);
    },
  };
}

/** A killed process stays in its cgroup for a moment. */
function removeWhenEmpty(directories: readonly string[]): void {
  const end = Date.now() + 10_000;
  for (const directory of directories) {
    while (existsSync(directory)) {
      try {
        rmdirSync(directory);
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }
}
