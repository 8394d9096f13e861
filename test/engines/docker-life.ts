/** What Docker does with containers that run: exec, logs, terminals, signals, limits, and the daemon's own restart. */
import { expect } from "bun:test";
import { screenOf } from "../support/screen.ts";
import { until } from "../support/until.ts";
import { background, type Docker, IMAGE } from "./docker.ts";
import { atATime, type Scenario, type Scenarios } from "./scenarios.ts";

const becomes = (docker: Docker, container: string, template: string, value: string): Promise<void> =>
  until(
    `${template} of ${container} is ${value}`,
    async () => (await docker.inspect(container, template)) === value,
    () => docker.inspect(container, "{{json .State}}"),
  );

export const LIFE: Scenarios<Docker> = {
  "exec: output, input, environment, user, directory, in the background": async (docker) => {
    await using _ = await background(docker, "exec", ["--env", "A=a"]);
    const script = "echo $A $B $(pwd) $(id -u):$(id -G)";
    expect(await docker.must("exec", "--env", "B=b", "--workdir", "/tmp", "--user", "user", "exec", "sh", "-c", script)).toBe(
      "a b /tmp 1000:1000 2000",
    );
    const { stdout } = await docker.call(["exec", "--interactive", "exec", "cat"], { stdin: "piped in" });
    expect(stdout).toBe("piped in");
    await docker.must("exec", "--detach", "exec", "sh", "-c", "echo done > /done");
    await until("the program in the background has run", async () => (await docker.call(["exec", "exec", "cat", "/done"])).exitCode === 0);
    expect(await docker.must("exec", "exec", "grep", "Seccomp:", "/proc/self/status")).toMatch(/2$/);
  },
  "exit codes of docker exec; its errors: executable, directory, user": async (docker) => {
    await using _ = await background(docker, "codes", []);
    const failure = async (...argv: string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await docker.call(["exec", ...argv]);
      return `${exitCode} ${stdout.trim()}${stderr.trim()}`;
    };
    expect(await failure("codes", "sh", "-c", "exit 9")).toBe("9 ");
    expect(await failure("codes", "sh", "-c", "kill -9 $$")).toBe("137 ");
    const unable = "126 OCI runtime exec failed: exec failed: unable to start container process: ";
    const outcomes: [string, string[]][] = [
      [`${unable}exec: "missing": executable file not found in \\$PATH`, ["codes", "missing"]],
      [`${unable}exec: "/no/such": stat /no/such: no such file or directory`, ["codes", "/no/such"]],
      [`${unable}exec: "/etc": (permission denied|is a directory)`, ["codes", "/etc"]],
      [`${unable}exec: "/etc/passwd": permission denied`, ["codes", "/etc/passwd"]],
      [`${unable}.*"/no/such".*: no such file or directory`, ["--workdir", "/no/such", "codes", "true"]],
      [`${unable}.*"/etc/passwd".*: not a directory`, ["--workdir", "/etc/passwd", "codes", "true"]],
      ["126 OCI runtime exec failed: exec failed: .*must be an absolute path", ["--workdir", "no/such", "codes", "true"]],
      ["126 unable to find user nobody-here", ["--user", "nobody-here", "codes", "true"]],
      ["126 unable to find group none-here", ["--user", "0:none-here", "codes", "true"]],
    ];
    for (const [outcome, argv] of outcomes) expect(await failure(...argv)).toMatch(new RegExp(`^${outcome}`, "s"));
  },
  "logs: both streams, the end of them, and as they come": async (docker) => {
    await using _ = await background(docker, "logs", [], "sh", "-c", "echo out; echo err >&2; sleep 1; echo last");
    await docker.must("wait", "logs");
    const { stdout, stderr } = await docker.call(["logs", "--follow", "logs"]);
    expect([stdout, stderr]).toEqual(["out\nlast\n", "err\n"]);
    expect(await docker.must("logs", "--tail", "1", "logs")).toBe("last");
  },
  "a terminal, its size, attach and detach": async (docker) => {
    const run = docker.ground.atTerminal(["docker", "run", "--interactive", "--tty", "--name", "tty", IMAGE, "sh"], 80);
    await until("there is a prompt", () => run.written().includes("# "), run.written);
    run.type("stty size; tty\n");
    await until("the size is shown", () => run.written().includes("24 80") && run.written().includes("/dev/pts/0"), run.written);
    run.resize(120, 40);
    await Bun.sleep(300);
    run.type("stty size\n");
    await until("the new size is shown", () => run.written().includes("40 120"), run.written);
    run.type("\x10\x11"); // ^P ^Q
    expect(await run.ended).toBe(0);
    expect(await docker.inspect("tty", "{{.State.Status}}")).toBe("running");
    const attached = docker.ground.atTerminal(["docker", "attach", "tty"]);
    attached.type("echo $((40 + 2)); exit 3\n");
    expect(await attached.ended).toBe(3);
    expect(screenOf(attached.written())).toContain("42");
    await docker.must("rm", "tty");
  },
  "exec on a terminal": async (docker) => {
    await using _ = await background(docker, "exec-tty", []);
    const run = docker.ground.atTerminal(["docker", "exec", "--interactive", "--tty", "exec-tty", "sh"], 77);
    await until("there is a prompt", () => run.written().includes("# "), run.written);
    run.type("stty size; exit 4\n");
    expect(await run.ended).toBe(4);
    expect(run.written()).toContain("24 77");
  },
  "stop, start, kill and restart keep the writable layer": async (docker) => {
    await using _ = await background(docker, "layer", [], "sh", "-c", "trap 'exit 5' TERM; echo x >> /starts; while :; do sleep 0.1; done");
    await until("it has set its trap", async () => (await docker.call(["exec", "layer", "test", "-s", "/starts"])).exitCode === 0);
    await docker.must("stop", "layer");
    expect(await docker.inspect("layer", "{{.State.Status}} {{.State.ExitCode}}")).toBe("exited 5");
    await docker.must("start", "layer");
    await docker.must("kill", "layer");
    await becomes(docker, "layer", "{{.State.ExitCode}}", "137");
    await docker.must("start", "layer");
    await docker.must("restart", "--time", "1", "layer");
    await until("it has started four times", async () => (await docker.must("exec", "layer", "wc", "-l", "/starts")) === "4 /starts");
    expect((await docker.must("diff", "layer")).split("\n")).toContain("A /starts");
  },
  "commit and copy": async (docker) => {
    await using _ = await background(docker, "commit", []);
    await docker.must("exec", "commit", "sh", "-c", "echo new > /new");
    await docker.must("commit", "commit", "committed");
    expect(await docker.must("run", "--rm", "committed", "cat", "/new")).toBe("new");
    await docker.must("cp", `${docker.ground.directory}/daemon.json`, "commit:/copied");
    expect(await docker.must("exec", "commit", "head", "-c", "1", "/copied")).toBe("{");
  },
  "a memory limit, and that memory ran out": async (docker) => {
    const { exitCode } = await docker.call([
      "run",
      "--name",
      "oom",
      "--memory",
      "16m",
      IMAGE,
      "dd",
      "if=/dev/zero",
      "of=/dev/null",
      "bs=64M",
      "count=1",
    ]);
    expect(exitCode).toBe(137);
    await becomes(docker, "oom", "{{.State.OOMKilled}}", "true");
    await docker.must("rm", "oom");
  },
  update: async (docker) => {
    await using _ = await background(docker, "update", ["--memory", "32m"]);
    await docker.must("update", "--memory", "64m", "--memory-swap", "-1", "--cpus", "0.5", "--pids-limit", "50", "update");
    const shown = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/pids/pids.max";
    const unified = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max /sys/fs/cgroup/pids.max";
    const { stdout } = await docker.call(["exec", "update", "sh", "-c", `${shown} 2>/dev/null || ${unified}`]);
    expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual(["67108864", "50000", "50", ""]);
  },
  "pause and unpause": async (docker) => {
    await using _ = await background(docker, "pause", []);
    await docker.must("pause", "pause");
    expect(await docker.inspect("pause", "{{.State.Status}}")).toBe("paused");
    expect((await docker.call(["exec", "pause", "true"])).stderr).toContain("is paused");
    await docker.must("unpause", "pause");
    expect(await docker.must("exec", "pause", "echo", "again")).toBe("again");
  },
  "top, stats and events": async (docker) => {
    await using _ = await background(docker, "top", []);
    expect(await docker.must("top", "top", "-o", "pid,args")).toMatch(/^PID +COMMAND\n\d+ +sleep 1000$/);
    const stats = await docker.must("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}} {{.MemUsage}}", "top");
    expect(stats).toMatch(/^top 1 [1-9][\d.]*(KiB|MiB) \/ /);
    await docker.must("exec", "top", "true");
    await docker.must("kill", "top");
    const format = ["--since", "60s", "--until", "0s", "--filter", "container=top", "--format", "{{.Status}}"];
    await until("the end is an event", async () => (await docker.must("events", ...format)).split("\n").includes("die"));
    expect((await docker.must("events", ...format)).split("\n").map((line) => line.split(":")[0])).toEqual([
      "create",
      "start",
      "top",
      "exec_create",
      "exec_start",
      "exec_die",
      "kill",
      "die",
    ]);
  },
  "health checks": async (docker) => {
    const check = (command: string): string[] => ["--health-cmd", command, "--health-interval", "200ms", "--health-retries", "2"];
    await using _ = await background(docker, "well", check("test -e /etc/passwd"));
    await using __ = await background(docker, "ill", check("echo sick; exit 1"));
    await becomes(docker, "well", "{{.State.Health.Status}}", "healthy");
    await becomes(docker, "ill", "{{.State.Health.Status}}", "unhealthy");
    expect(await docker.inspect("ill", "{{(index .State.Health.Log 0).ExitCode}} {{json (index .State.Health.Log 0).Output}}")).toMatch(
      /^1 "sick/,
    );
  },
  "restart policies": async (docker) => {
    await using _ = await background(docker, "again", ["--restart", "on-failure:2"], "sh", "-c", "echo started; exit 1");
    await becomes(docker, "again", "{{.RestartCount}} {{.State.Status}}", "2 exited");
    expect(await docker.must("logs", "again")).toBe("started\nstarted\nstarted");
  },
};

/** So many containers, 20 at a time. */
export function many(count: number): Scenario<Docker> {
  return async (docker) => {
    const run = (index: number): Promise<string> => docker.must("run", "--rm", IMAGE, "echo", String(index));
    expect(await atATime(20, count, run)).toEqual(Array.from({ length: count }, (_, index) => String(index)));
  };
}

/** Those that take long. */
export const SLOW_LIFE: Scenarios<Docker> = {
  "100 containers, 20 at a time": many(100),
  "dockerd restarts while containers run": async (docker) => {
    await using _ = await background(docker, "survivor", [], "sh", "-c", "trap 'exit 6' TERM; while :; do sleep 0.1; done");
    const pid = await docker.inspect("survivor", "{{.State.Pid}}");
    await docker.restart();
    expect(await docker.inspect("survivor", "{{.State.Status}} {{.State.Pid}}")).toBe(`running ${pid}`);
    expect(await docker.must("exec", "survivor", "echo", "still here")).toBe("still here");
    await docker.must("stop", "survivor");
    expect(await docker.inspect("survivor", "{{.State.ExitCode}}")).toBe("6");
  },
};
