/** Whose processes are in the cgroup that a container's id implies, if nothing else is known about it. */
import { expect, test } from "bun:test";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { hostPath } from "../../../../src/base/paths.ts";
import { findUsualCgroups } from "../../../../src/host/cgroup/usual-cgroups.ts";
import { readCgroupFacts } from "../../../../src/host/facts/cgroup-facts.ts";
import { defaultCgroupPaths } from "../../../../src/plan/cgroup/place.ts";
import { requireContainerId } from "../../../../src/state/container-id.ts";
import { requires } from "../../../support/requires.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const CONTEXT = { root: hostPath("/"), systemdCgroup: false, rootless: false, warn: () => {}, trace: () => {} } as const;

test.if(requires("root"))(
  "they are the container's if they were started when its directory was made and it has not ended, and else somebody's",
  async () => {
    await using directory = await tempDir();
    const id = requireContainerId(`usual-${crypto.randomUUID()}`);
    const { pids, unified } = defaultCgroupPaths(id, readCgroupFacts(false));
    const cgroup = pids ?? unified ?? hostPath("/nonexistent");
    const find = (made: string) => findUsualCgroups(id, hostPath(made), CONTEXT);
    expect(find(directory.path)).toEqual({ paths: {}, strangers: 0 });
    mkdirSync(cgroup);
    const child = Bun.spawn(["sleep", "1000"]);
    writeFileSync(`${cgroup}/cgroup.procs`, String(child.pid));
    const found = [directory.path, "/etc"].map(find); // that one is older
    writeFileSync(`${directory.path}/exit.json`, JSON.stringify({ id, created: "x", started: 1, finished: 2, exited: 0 }));
    found.push(find(directory.path));
    child.kill("SIGKILL");
    await child.exited;
    const empty = find("/etc");
    rmdirSync(cgroup);
    const paths = { [pids === undefined ? "unified" : "pids"]: cgroup };
    expect([...found, empty]).toEqual([
      { paths, strangers: 0 },
      { paths: {}, strangers: 1 },
      { paths: {}, strangers: 1 },
      { paths, strangers: 0 },
    ]);
  },
);
