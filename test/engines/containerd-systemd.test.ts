/** containerd where systemd makes the cgroups of containers: and ctr asks for their names. */
import { expect } from "bun:test";
import { requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { type Containerd, hasContainerd, openContainerd } from "./containerd.ts";
import { LIFE, many, PLACED } from "./containerd-life.ts";
import { succeeded } from "./ground.ts";
import { type Scenarios, testEngine } from "./scenarios.ts";
import { groundWithSystemd, scopesLeft, showUnit } from "./systemd.ts";

const scopes: Scenarios<Containerd> = {
  "a container is a scope with its limits, and gone with it": async (containerd) => {
    succeeded(["ctr", "run"], await containerd.run(["--detach", "--memory-limit", "33554432"], "scope", "sleep", "1000"));
    const properties = (): Promise<string[]> => showUnit(containerd, "ctr-scope.scope", "ActiveState", "Slice", "MemoryLimit");
    expect(await properties()).toEqual(["active", "ctr.slice", "33554432"]);
    const exec = await containerd.must("tasks", "exec", "--exec-id", "e", "scope", "cat", "/proc/self/cgroup");
    expect(exec).toContain(":memory:/ctr.slice/ctr-scope.scope\n");
    const file = "/sys/fs/cgroup/memory/ctr.slice/ctr-scope.scope/memory.limit_in_bytes";
    expect(await containerd.ground.must(["cat", file])).toBe("33554432\n");
    await containerd.must("tasks", "kill", "--signal", "KILL", "scope");
    await until("it has stopped", async () => /scope +\d+ +STOPPED/.test(await containerd.must("tasks", "list")));
    await containerd.must("tasks", "delete", "scope");
    await containerd.must("containers", "delete", "scope");
    expect(await showUnit(containerd, "ctr-scope.scope", "LoadState")).toEqual(["not-found"]);
  },
};

const { [PLACED]: _, ...life } = LIFE;

const clean: Scenarios<Containerd> = {
  "nothing is left behind: no process, scope or cgroup": async (containerd) => {
    const left = (): Promise<string[]> => scopesLeft(containerd, /^(containerd|ctr)$/, "ctr");
    await until(
      "only containerd runs",
      async () => (await left()).length === 0,
      async () => (await left()).join("\n"),
    );
  },
};

testEngine({
  engine: "containerd by systemd",
  isThere: hasContainerd() && requires("systemd", "systemd-v1"),
  open: (runtime) =>
    openContainerd(runtime, {
      open: groundWithSystemd("v1"),
      optionsFor: (id) => ["--runc-systemd-cgroup", "--cgroup", `ctr.slice:ctr:${id}`],
    }),
  scenarios: scopes,
  slow: { ...life, "20 containers at once": many(20) },
  last: clean,
});
