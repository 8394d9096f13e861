/** Starts and removals that fail halfway: the first error is reported, and whatever can be removed is removed. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
/** For a container without its own pid namespace: its processes outlive init. */
const SHARED_PIDS = {
  namespaces: [{ type: "mount" }, { type: "uts" }, { type: "ipc" }],
  maskedPaths: null,
  readonlyPaths: null,
} as const;

test.if(root)("processes that hooks left in the container's cgroup end when its start fails", async () => {
  const background = ["sh", "-c", "exec sleep 1000 </dev/null >/dev/null 2>&1 &"];
  await using box = await sandbox({
    config: {
      linux: SHARED_PIDS,
      hooks: { createContainer: [{ path: "/bin/sh", args: background }, { path: "/bin/false" }] },
    },
  });
  for (const verb of ["create", "run"]) {
    const { exitCode, stderr } = await box.call([verb, "--bundle", box.path, box.id]);
    expect([exitCode, stderr.includes("error running createContainer hook #1"), stderr.includes("cgroup"), box.leftovers()]).toEqual([
      1,
      true,
      false,
      [],
    ]);
  }
});

test.if(root && requires("cgroup-v1"))("delete --force gives up on an init that does not end, and can be repeated", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  const ice = `/sys/fs/cgroup/freezer/${box.id}-ice`;
  mkdirSync(ice);
  writeFileSync(`${ice}/freezer.state`, "FROZEN");
  writeFileSync(`${ice}/cgroup.procs`, String((await box.state()).pid));
  const { exitCode, stderr } = await box.call(["delete", "--force", box.id]);
  writeFileSync(`${ice}/freezer.state`, "THAWED");
  await box.must(["delete", "--force", box.id]);
  rmdirSync(ice);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, "container init still running"]);
});

for (const flags of [[], ["--all"]]) {
  test.if(root && requires("cgroup-v1", "cgroupfs-driver"))(
    `kill ${[...flags, "KILL"].join(" ")} ends a container whose cgroup is frozen`,
    async () => {
      await using box = await sandbox(WAITING);
      await box.create();
      writeFileSync(`/sys/fs/cgroup/freezer/${box.id}/freezer.state`, "FROZEN");
      await box.reaches("paused");
      await box.must(["kill", ...flags, box.id, "KILL"]);
      await box.reaches("stopped");
    },
  );
}

test.if(root)("run ends, and leaves nothing, when nobody reads its terminal any more", async () => {
  await using box = await sandbox({
    args: ["/probe", "say", "x".repeat(60_000), "say", "y".repeat(60_000), "say", "z".repeat(60_000)],
    config: { process: { terminal: true } },
  });
  const { stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id], {
    prefix: ["sh", "-c", '"$@" | head -c 3', "sh"],
  });
  expect([stdout, stderr, box.leftovers()]).toEqual(["xxx", "", []]);
});

test.if(root)("--debug says what is being done", async () => {
  await using box = await sandbox({ args: ["/probe", "true"] });
  const { stderr } = await box.call(["--debug", "run", "--bundle", box.path, box.id]);
  expect(stderr).toContain('level=debug msg="save the state"');
});

test.if(requires("root", "strace"))("a word to init that cannot be sent ends the start: neither side waits for the other", async () => {
  await using box = await sandbox({});
  const prefix = ["strace", "-o", join(box.host, "trace"), "-e", "trace=sendto", "-e", "inject=sendto:error=ENOMEM"];
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("cannot let the container's init go on: cannot allocate memory")]);
  expect(box.leftovers()).toEqual([]);
});
