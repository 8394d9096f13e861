/** What a container may do with its cgroups: deep, wide, threaded, or not cgroups at all. cgroups(7) */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { hostPath } from "../../../../src/base/paths.ts";
import { readMembers, tryRemoveCgroup } from "../../../../src/host/cgroup/cgroup-tree.ts";
import { signalAll } from "../../../../src/host/cgroup/kill-all.ts";
import { ERRNO } from "../../../../src/sys/call/errno.ts";
import { makeDeepCgroups } from "../../../support/deep-cgroups.ts";
import { requires } from "../../../support/requires.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";

const root = requires("root");
const CGROUP2 = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => existsSync(`${path}/cgroup.controllers`));
const HIERARCHY = ["/sys/fs/cgroup/pids", ...(CGROUP2 === undefined ? [] : [CGROUP2])].find(existsSync);

test.if(root && CGROUP2 !== undefined)("processes of a cgroup with a threaded one below are found", async () => {
  const top = `${CGROUP2}/threaded-${crypto.randomUUID()}`;
  mkdirSync(`${top}/below`, { recursive: true });
  writeFileSync(`${top}/below/cgroup.type`, "threaded");
  const child = Bun.spawn(["sleep", "1000"]);
  writeFileSync(`${top}/cgroup.procs`, String(child.pid));
  expect(Bun.spawnSync(["cat", `${top}/below/cgroup.procs`]).exitCode).toBe(1);
  const found = readMembers(top).pids;
  child.kill("SIGKILL");
  await child.exited;
  for (const path of [`${top}/below`, top]) rmdirSync(path);
  expect(found).toEqual([child.pid]);
});

test.if(root && HIERARCHY !== undefined)(
  "a process in a cgroup deeper than any path is counted, found, killed, and its cgroup removed",
  async () => {
    const top = hostPath(`${HIERARCHY}/deep-${crypto.randomUUID()}`);
    mkdirSync(top);
    const child = Bun.spawn(["sleep", "1000"]);
    makeDeepCgroups(top, 200, child.pid);
    expect([readMembers(top), tryRemoveCgroup(top)]).toEqual([{ pids: [child.pid], count: 1, isComplete: true }, -ERRNO.EBUSY]);
    expect(signalAll({ pids: top }, 9)).toBe(1);
    await child.exited;
    await until("the cgroup is removed", () => tryRemoveCgroup(top) === 0);
    expect([existsSync(top), tryRemoveCgroup(top)]).toEqual([false, 0]);
  },
);

test.if(root && HIERARCHY !== undefined)("many sibling cgroups are removed, and no more are inspected than asked for", () => {
  const top = `${HIERARCHY}/wide-${crypto.randomUUID()}`;
  for (let i = 0; i < 300; i++) mkdirSync(`${top}/${i}/inner`, { recursive: true });
  expect([readMembers(top).isComplete, readMembers(top, 100).isComplete]).toEqual([true, false]);
  expect([tryRemoveCgroup(top), existsSync(top)]).toEqual([0, false]);
});

test("a cgroup that does not exist has no processes", () => {
  expect(readMembers("/sys/fs/cgroup/none-of-this-name")).toEqual({ pids: [], count: 0, isComplete: true });
});

test.if(root && HIERARCHY !== undefined)("only a container's cgroup is taken for one", async () => {
  await using directory = await tempDir({ "inner/cgroup.procs": String(process.pid) });
  for (const path of [directory.path, HIERARCHY ?? ""]) {
    expect(() => signalAll({ pids: hostPath(path) }, 9)).toThrow(`cannot use ${path} as the cgroup of a container: it is none`);
    expect(() => tryRemoveCgroup(path)).toThrow(`cannot use ${path} as the cgroup of a container: it is none`);
  }
  expect(existsSync(`${directory.path}/inner`)).toBe(true);
});
