/** Threaded cgroups, which list their processes only from above. cgroups(7) */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { cgroupProcesses } from "../../../src/host/cgroup.ts";
import { requires } from "../../support/requires.ts";

const CGROUP2 = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) => existsSync(`${path}/cgroup.controllers`));

test.if(requires("root") && CGROUP2 !== undefined)("processes of a cgroup with a threaded one below are found", async () => {
  const top = `${CGROUP2}/threaded-${crypto.randomUUID()}`;
  mkdirSync(`${top}/below`, { recursive: true });
  writeFileSync(`${top}/below/cgroup.type`, "threaded");
  const child = Bun.spawn(["sleep", "1000"]);
  writeFileSync(`${top}/cgroup.procs`, String(child.pid));
  expect(Bun.spawnSync(["cat", `${top}/below/cgroup.procs`]).exitCode).toBe(1);
  const found = cgroupProcesses(top);
  child.kill("SIGKILL");
  await child.exited;
  for (const path of [`${top}/below`, top]) rmdirSync(path);
  expect(found).toEqual([child.pid]);
});
