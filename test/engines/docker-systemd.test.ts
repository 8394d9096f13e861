/** Docker where systemd makes the cgroups of containers: all that Docker does with containers that run, and what systemd knows of them. */
import { expect } from "bun:test";
import { requires } from "../support/requires.ts";
import type { CgroupKind } from "../support/systemd-ground.ts";
import { until } from "../support/until.ts";
import { background, type Docker, hasDocker, openDocker } from "./docker.ts";
import { LIFE, many, SLOW_LIFE } from "./docker-life.ts";
import { type EngineRuntime, type Scenarios, testEngine } from "./scenarios.ts";
import { groundWithSystemd, scopesLeft, showUnit } from "./systemd.ts";

const openOn =
  (kind: CgroupKind) =>
  (runtime: EngineRuntime): Promise<Docker> =>
    openDocker(runtime, { "exec-opts": ["native.cgroupdriver=systemd"] }, groundWithSystemd(kind));

const scopeOf = async (docker: Docker, container: string): Promise<string> => `docker-${await docker.inspect(container, "{{.Id}}")}.scope`;

const scopes: Scenarios<Docker> = {
  "a container is a scope, which stop, start and rm end and make": async (docker) => {
    expect(await docker.must("info", "--format", "{{.CgroupDriver}}")).toBe("systemd");
    await background(docker, "scope", []);
    const unit = await scopeOf(docker, "scope");
    expect(await showUnit(docker, unit, "ActiveState", "Slice")).toEqual(["active", "system.slice"]);
    const of = (pid: string): Promise<string> => docker.ground.must(["grep", "-E", "^[0-9]+:(name=systemd|):", `/proc/${pid}/cgroup`]);
    expect(await of(await docker.inspect("scope", "{{.State.Pid}}"))).toContain(`:/system.slice/${unit}\n`);
    await docker.must("stop", "--time", "0", "scope");
    expect(await showUnit(docker, unit, "ActiveState")).toEqual(["inactive"]);
    await docker.must("start", "scope");
    expect(await docker.must("exec", "scope", "echo", "again")).toBe("again");
    expect(await showUnit(docker, unit, "ActiveState")).toEqual(["active"]);
    await docker.must("rm", "--force", "scope");
    expect(await showUnit(docker, unit, "LoadState")).toEqual(["not-found"]);
  },
};

const limits: Scenarios<Docker> = {
  "limits are properties of the scope, also those of update, and outlive a reload of systemd": async (docker) => {
    await using _ = await background(docker, "limits", ["--memory", "32m", "--cpus", "0.5", "--pids-limit", "50"]);
    const unit = await scopeOf(docker, "limits");
    const properties = (): Promise<string[]> => showUnit(docker, unit, "MemoryLimit", "CPUQuotaPerSecUSec", "TasksMax");
    const files = ["memory/memory.limit_in_bytes", "cpu/cpu.cfs_quota_us", "pids/pids.max"];
    const kernel = async (): Promise<string> =>
      (await docker.must("exec", "limits", "cat", ...files.map((file) => `/sys/fs/cgroup/${file}`))).replaceAll("\n", " ");
    expect([...(await properties()), await kernel()]).toEqual(["33554432", "500ms", "50", "33554432 50000 50"]);
    await docker.must("update", "--memory", "64m", "--memory-swap", "-1", "--cpus", "0.25", "--pids-limit", "60", "limits");
    expect([...(await properties()), await kernel()]).toEqual(["67108864", "250ms", "60", "67108864 25000 60"]);
    await docker.ground.must(["systemctl", "daemon-reload"]);
    expect(await kernel()).toBe("67108864 25000 60");
  },
};

/** On v1 they hold for whoever is in the cgroup of that hierarchy: runc 1.1.5 loses the container's own process from it with systemd 252. */
const devices: Scenarios<Docker> = {
  "device rules hold for the container's own process, after an update and a reload of systemd as well": async (docker) => {
    await using _ = await background(docker, "devices", []);
    const unit = await scopeOf(docker, "devices");
    await docker.must("update", "--pids-limit", "60", "devices");
    await docker.ground.must(["systemctl", "daemon-reload"]);
    const pid = await docker.inspect("devices", "{{.State.Pid}}");
    expect(await docker.ground.must(["cat", `/proc/${pid}/cgroup`])).toContain(`:devices:/system.slice/${unit}\n`);
    const list = await docker.ground.must(["cat", `/sys/fs/cgroup/devices/system.slice/${unit}/devices.list`]);
    expect(list.split("\n")).toEqual(expect.arrayContaining(["c *:* m", "c 1:3 rwm"]));
    expect(list).not.toContain("a *:*");
  },
};

const clean: Scenarios<Docker> = {
  "nothing is left behind: no process, scope or cgroup": async (docker) => {
    expect(await docker.must("ps", "--all", "--quiet")).toBe("");
    const left = (): Promise<string[]> => scopesLeft(docker, /^(dockerd|containerd|docker)$/, "docker");
    await until(
      "only the daemons run",
      async () => (await left()).length === 0,
      async () => (await left()).join("\n"),
    );
  },
};

const TWENTY = "20 containers at once";
const { "100 containers, 20 at a time": _, ...slowLife } = SLOW_LIFE;
const LONG: Scenarios<Docker> = { ...LIFE, ...slowLife, [TWENTY]: many(20) };

testEngine({
  engine: "docker by systemd",
  isThere: hasDocker() && requires("systemd", "systemd-v1"),
  open: openOn("v1"),
  scenarios: { ...scopes, ...limits },
  slow: { ...devices, ...LONG },
  last: clean,
});

/** Those that need no controller: where v1 is mounted as well, cgroup2 has next to none. */
const WITHOUT_CONTROLLERS = [
  "exec: output, input, environment, user, directory, in the background",
  "exit codes of docker exec; its errors: executable, directory, user",
  "a terminal, its size, attach and detach",
  "stop, start, kill and restart keep the writable layer",
  "pause and unpause",
  "health checks",
  TWENTY,
  "dockerd restarts while containers run",
];

testEngine({
  engine: "docker by systemd, cgroup v2",
  isThere: hasDocker() && requires("systemd", "systemd-v2"),
  open: openOn("v2"),
  scenarios: {},
  slow: {
    ...scopes,
    ...Object.fromEntries(Object.entries(LONG).filter(([name]) => WITHOUT_CONTROLLERS.includes(name))),
  },
  last: clean,
});
