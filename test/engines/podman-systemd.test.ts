/** Podman where systemd makes the cgroups of containers: the machine's for root, that of the session for a user. */
import { expect } from "bun:test";
import { requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { background, openSessionPodman, openSystemdPodman, type Podman } from "./podman.ts";
import { COMMON, LIFE, many } from "./podman-life.ts";
import { type Scenarios, testEngine } from "./scenarios.ts";
import { scopesLeft, showUnit } from "./systemd.ts";

const scopeOf = async (podman: Podman, container: string): Promise<string> => `libpod-${await podman.inspect(container, "{{.Id}}")}.scope`;

const scopesIn = (slice: string): Scenarios<Podman> => ({
  "a container is a scope, which stop, start and rm end and make": async (podman) => {
    await background(podman, "scope", []);
    const unit = await scopeOf(podman, "scope");
    expect(await showUnit(podman, unit, "ActiveState", "Slice")).toEqual(["active", slice]);
    expect(await podman.must("exec", "scope", "echo", "inside")).toBe("inside");
    await podman.must("stop", "--time", "0", "scope");
    expect(await showUnit(podman, unit, "ActiveState")).toEqual(["inactive"]);
    await podman.must("start", "scope");
    expect(await showUnit(podman, unit, "ActiveState")).toEqual(["active"]);
    await podman.must("rm", "--force", "--time", "0", "scope");
    expect(await showUnit(podman, unit, "LoadState")).toEqual(["not-found"]);
  },
});

const limits: Scenarios<Podman> = {
  "limits are properties of the scope, also those of update": async (podman) => {
    await using _ = await background(podman, "limits", ["--memory", "32m", "--cpus", "0.5", "--pids-limit", "50"]);
    const properties = async (): Promise<string[]> =>
      showUnit(podman, await scopeOf(podman, "limits"), "MemoryLimit", "CPUQuotaPerSecUSec", "TasksMax");
    expect(await properties()).toEqual(["33554432", "500ms", "50"]);
    await podman.must("update", "--memory", "64m", "--cpus", "0.25", "limits");
    expect(await properties()).toEqual(["67108864", "250ms", "50"]);
  },
};

const clean: Scenarios<Podman> = {
  "nothing is left behind: no process, scope or cgroup": async (podman) => {
    expect(await podman.must("ps", "--all", "--quiet")).toBe("");
    const left = (): Promise<string[]> => scopesLeft(podman, /^(podman|podman pause|catatonit)$/, "libpod");
    await until(
      "nobody but systemd runs",
      async () => (await left()).length === 0,
      async () => (await left()).join("\n"),
    );
  },
};

const isThere = requires("root", "busybox", "podman", "cgroups", "systemd");

testEngine({
  engine: "podman by systemd",
  isThere: isThere && requires("systemd-v1"),
  open: openSystemdPodman,
  scenarios: { ...scopesIn("machine.slice"), ...limits },
  slow: { ...LIFE, "20 containers at once": many(20) },
  last: clean,
});
testEngine({
  engine: "podman in a session",
  isThere: isThere && requires("systemd-v2", "reachable"),
  open: openSessionPodman,
  scenarios: {},
  slow: { ...scopesIn("user.slice"), ...COMMON },
  last: clean,
});
