/** What Podman does with containers: as root, pods and checkpoints too, and as a user. */
import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../support/until.ts";
import { background, IMAGE, type Podman } from "./podman.ts";
import { atATime, type Scenario, type Scenarios } from "./scenarios.ts";

const shell = (podman: Podman, script: string, ...flags: string[]): Promise<string> =>
  podman.must("run", "--rm", ...flags, IMAGE, "sh", "-c", script);

/** What root and users can do. */
export const COMMON: Scenarios<Podman> = {
  "run: output, input, environment, user, directory": async (podman) => {
    expect(await shell(podman, "echo $$ $A $(pwd) $(id -u)", "--env", "A=b", "--workdir", "/tmp", "--user", "user")).toBe("1 b /tmp 1000");
    const { stdout } = await podman.call(["run", "--rm", "--interactive", IMAGE, "cat"], { stdin: "piped in" });
    expect(stdout).toBe("piped in");
  },
  "exit codes, and errors: executable, directory, user, mount": async (podman) => {
    const failure = async (...words: string[]): Promise<string> => {
      const { exitCode, stderr } = await podman.call(words);
      return `${exitCode} ${stderr}`;
    };
    await using _ = await background(podman, "codes", []);
    const outcomes: [string, string[]][] = [
      ["7 $", ["run", "--rm", IMAGE, "sh", "-c", "exit 7"]],
      ['127 .*exec: "missing": executable file not found in \\$PATH', ["run", "--rm", IMAGE, "missing"]],
      ['126 .*exec: "/etc": (permission denied|is a directory)', ["run", "--rm", IMAGE, "/etc"]],
      ['126 .*exec: "/etc/passwd": permission denied', ["run", "--rm", IMAGE, "/etc/passwd"]],
      ["126 .*not a directory", ["run", "--rm", "--workdir", "/etc/passwd", IMAGE, "true"]],
      ["126 .*unable to find user nobody-here", ["run", "--rm", "--user", "nobody-here", IMAGE, "true"]],
      [
        '126 .*error mounting "/etc/passwd" to rootfs at "/etc".*not a directory',
        ["run", "--rm", "--volume", "/etc/passwd:/etc", IMAGE, "true"],
      ],
      ["125 ", ["run", "--rm", "--no-such-flag", IMAGE, "true"]],
      ["9 $", ["exec", "codes", "sh", "-c", "exit 9"]],
      ['127 .*exec: "missing": executable file not found in \\$PATH', ["exec", "codes", "missing"]],
      ['126 .*exec: "/etc/passwd": permission denied', ["exec", "codes", "/etc/passwd"]],
      ["127 .*/no/such.*no such file or directory", ["exec", "--workdir", "/no/such", "codes", "true"]],
      ["255 .*/etc/passwd.*not a directory", ["exec", "--workdir", "/etc/passwd", "codes", "true"]],
      ["255 .*unable to find user nobody-here", ["exec", "--user", "nobody-here", "codes", "true"]],
    ];
    for (const [outcome, words] of outcomes) expect(await failure(...words)).toMatch(new RegExp(`^${outcome}`, "s"));
  },
  "exec, logs, stop, start, commit": async (podman) => {
    await using _ = await background(podman, "life", [], "sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done");
    expect(await podman.must("exec", "--user", "user", "--env", "B=b", "life", "sh", "-c", "echo $B $(id -u)")).toBe("b 1000");
    await podman.must("exec", "life", "touch", "/kept");
    await podman.must("stop", "life");
    expect(await podman.inspect("life", "{{.State.Status}} {{.State.ExitCode}}")).toBe("exited 5");
    await podman.must("start", "life");
    expect(await podman.must("exec", "life", "ls", "/kept")).toBe("/kept");
    expect(await podman.must("logs", "life")).toBe("up\nup");
    await podman.must("commit", "--quiet", "life", "localhost/committed");
    expect(await podman.must("run", "--rm", "localhost/committed", "ls", "/kept")).toBe("/kept");
  },
  "a terminal and its size": async (podman) => {
    const run = podman.atTerminal(["run", "--interactive", "--tty", "--rm", IMAGE, "sh"], 80);
    await until("there is a prompt", () => run.written().includes("# "), run.written);
    run.resize(120, 40);
    await Bun.sleep(300);
    run.type("stty size\n");
    await until("the new size is shown", () => run.written().includes("40 120"), run.written);
    run.type("exit 3\n");
    expect(await run.ended).toBe(3);
  },
  "exec on a terminal": async (podman) => {
    await using _ = await background(podman, "tty", []);
    const exec = podman.atTerminal(["exec", "--interactive", "--tty", "tty", "sh"], 77);
    await until("there is a prompt", () => exec.written().includes("# "), exec.written);
    exec.type("stty size; tty; exit 4\n");
    expect(await exec.ended).toBe(4);
    expect(exec.written()).toMatch(/24 77\s+\/dev\/pts\/0/);
  },
  "capabilities, the default seccomp profile, --init, --read-only, volumes": async (podman) => {
    expect(await shell(podman, "grep Seccomp: /proc/self/status | cut -f2")).toBe("2");
    expect(await shell(podman, "grep CapEff /proc/self/status | cut -f2", "--cap-drop", "all", "--cap-add", "net_admin")).toBe(
      "0000000000001000",
    );
    expect(await shell(podman, "touch /x 2>&1; touch /tmp/x && ls /tmp", "--read-only")).toBe("touch: /x: Read-only file system\nx");
    await shell(podman, "echo kept > /data/file", "--volume", "named:/data");
    expect(await shell(podman, "cat /data/file", "--volume", "named:/data:ro")).toBe("kept");
  },
  "build with RUN steps": async (podman) => {
    const context = join(podman.ground.directory, "home/context");
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), `FROM ${IMAGE}\nENV A=b\nRUN echo "$A $(id -u)" > /made\nCMD ["cat", "/made"]\n`);
    await podman.must("build", "--quiet", "--tag", "localhost/built", context);
    expect(await podman.must("run", "--rm", "localhost/built")).toBe("b 0");
  },
};

/** What root can do. */
export const LIFE: Scenarios<Podman> = {
  ...COMMON,
  "limits, update, stats": async (podman) => {
    await using _ = await background(podman, "limits", ["--memory", "32m"]);
    expect(await podman.must("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "limits")).toBe("limits 1");
    await podman.must("update", "--memory", "64m", "limits");
    const limit = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max";
    expect(await podman.must("exec", "limits", "sh", "-c", limit)).toBe("67108864");
    const hog = ["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"];
    expect((await podman.call(["run", "--rm", "--memory", "16m", IMAGE, ...hog])).exitCode).toBe(137);
  },
  "pause, top, events, health checks": async (podman) => {
    await using _ = await background(podman, "watched", ["--health-cmd", "test -e /etc/passwd", "--health-interval", "disable"]);
    await podman.must("pause", "watched");
    expect(await podman.inspect("watched", "{{.State.Status}}")).toBe("paused");
    await podman.must("unpause", "watched");
    expect(await podman.must("top", "watched", "args")).toBe("COMMAND\nsleep 1000");
    await podman.must("healthcheck", "run", "watched");
    expect(await podman.inspect("watched", "{{.State.Healthcheck.Status}}")).toBe("healthy");
    expect(await podman.must("events", "--stream=false", "--filter", "container=watched", "--format", "{{.Status}}")).toMatch(
      /^create\n(init\n)?start\n(.*\n)*pause\nunpause/,
    );
  },
  "a user namespace": async (podman) => {
    expect(await shell(podman, "echo $(cat /proc/self/uid_map)", "--uidmap", "0:200000:65536")).toBe("0 200000 65536");
  },
  "a device, and propagation": async (podman) => {
    const opens = "true < /dev/file-system && echo read; (true > /dev/file-system) 2>&1; true";
    expect(await shell(podman, opens, "--device", "/dev/fuse:/dev/file-system:r")).toContain(
      "read\nsh: can't create /dev/file-system: Operation not permitted",
    );
    const host = join(podman.ground.directory, "shared");
    await podman.ground.must(["mkdir", "-p", join(host, "below")]);
    await using _ = await background(podman, "slave", ["--volume", `${host}:/host:rslave`]);
    await podman.ground.must(["mount", "-t", "tmpfs", "tmpfs", join(host, "below")]);
    expect(await podman.must("exec", "slave", "grep", "-c", "/host/below", "/proc/self/mounts")).toBe("1");
    await podman.ground.must(["umount", join(host, "below")]);
  },
  "a pod": async (podman) => {
    await podman.must("pod", "create", "--infra=false", "--name", "pod");
    await podman.must("run", "--detach", "--pod", "pod", "--name", "member", IMAGE, "sleep", "1000");
    await podman.must("pod", "stop", "--time", "0", "pod");
    await podman.must("pod", "rm", "pod");
  },
};

/** So many containers, 20 at a time. */
export function many(count: number): Scenario<Podman> {
  return async (podman) => {
    const run = (index: number): Promise<string> => shell(podman, `echo ${index}`, "--network", "none");
    expect(await atATime(20, count, run)).toEqual(Array.from({ length: count }, (_, index) => String(index)));
  };
}

/** Those that take long. */
export const SLOW_LIFE: Scenarios<Podman> = {
  "memory that runs out is reported": async (podman) => {
    const hog = ["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"];
    const { exitCode } = await podman.call(["run", "--name", "oom", "--memory", "16m", IMAGE, ...hog]);
    const reported = await podman.inspect("oom", "{{.State.OOMKilled}}");
    await podman.must("rm", "oom");
    expect([exitCode, reported]).toEqual([137, "true"]);
  },
  "100 containers, 20 at a time": many(100),
};

export function checkpointAndRestore(...flags: readonly string[]): Scenario<Podman> {
  return async (podman) => {
    const count = async (name: string): Promise<number> => Number(await podman.must("exec", name, "cat", "/count"));
    const script = "n=0; while :; do n=$((n+1)); echo $n > /next; mv /next /count; sleep 0.1; done";
    await using _ = await background(podman, "moved", ["--network", "none", ...flags], "sh", "-c", script);
    await until("it counts", async () => (await podman.call(["exec", "moved", "grep", "-q", "[3-9]", "/count"])).exitCode === 0);
    await podman.must("container", "checkpoint", "moved");
    expect(await podman.inspect("moved", "{{.State.Status}}")).toBe("exited");
    await podman.must("container", "restore", "moved");
    const later = await count("moved");
    const archive = join(podman.ground.directory, "home/moved.tar.gz");
    await podman.must("container", "checkpoint", "--export", archive, "moved");
    await podman.must("container", "restore", "--import", archive, "--name", "copy");
    expect([later >= 3, (await count("copy")) >= later]).toEqual([true, true]);
    await podman.must("rm", "--force", "--time", "0", "copy");
  };
}
