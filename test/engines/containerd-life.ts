/** What containerd does with containers when ctr asks it. */
import { expect } from "bun:test";
import { join } from "node:path";
import { LONGER_THAN_ANY_TEST, until } from "../support/until.ts";
import { type Containerd, IMAGE } from "./containerd.ts";
import { succeeded } from "./ground.ts";
import { atATime, type Scenario, type Scenarios } from "./scenarios.ts";

/** A path that only the cgroupfs driver takes. */
export const PLACED = "run --pid-file, --cgroup";

export const LIFE: Scenarios<Containerd> = {
  "run: output and exit status": async (containerd) => {
    expect(await containerd.run(["--rm", "--env", "A=b"], "one", "sh", "-c", "echo $$ $A; exit 7")).toMatchObject({
      exitCode: 7,
      stdout: "1 b\n",
    });
    const { exitCode, stderr } = await containerd.run(["--rm"], "two", "missing");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('exec: "missing": executable file not found in $PATH');
  },
  "run --seccomp, --privileged, --memory-limit": async (containerd) => {
    const status = (name: string): string[] => ["grep", name, "/proc/self/status"];
    expect((await containerd.run(["--rm", "--seccomp"], "seccomp", ...status("Seccomp:"))).stdout).toMatch(/2\n$/);
    expect((await containerd.run(["--rm", "--privileged"], "all", ...status("CapEff:"))).stdout).not.toContain("a80425fb");
    const hog = ["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"];
    expect((await containerd.run(["--rm", "--memory-limit", "16777216"], "oom", ...hog)).exitCode).toBe(137);
  },
  [PLACED]: async (containerd) => {
    const pidFile = join(containerd.ground.directory, "pid");
    await containerd.run(["--rm", "--pid-file", pidFile, "--cgroup", "/elsewhere/x"], "placed", "true");
    expect(await Bun.file(pidFile).text()).toMatch(/^\d+$/);
  },
  "tasks: exec, ps, metrics, pause, resume, kill, delete": async (containerd) => {
    succeeded(["ctr", "run"], await containerd.run(["--detach"], "long", "sleep", "1000"));
    const exec = await containerd.call(["tasks", "exec", "--exec-id", "e", "long", "sh", "-c", "echo inside; exit 3"]);
    expect(exec).toMatchObject({ exitCode: 3, stdout: "inside\n" });
    expect((await containerd.must("tasks", "ps", "long")).split("\n")).toHaveLength(2);
    expect(await containerd.must("tasks", "metrics", "long")).toMatch(/memory/);
    await containerd.must("tasks", "pause", "long");
    expect(await containerd.must("tasks", "list")).toMatch(/long +\d+ +PAUSED/);
    await containerd.must("tasks", "resume", "long");
    await containerd.must("tasks", "kill", "--signal", "KILL", "long");
    await until("it has stopped", async () => /long +\d+ +STOPPED/.test(await containerd.must("tasks", "list")));
    await containerd.must("tasks", "delete", "long");
    await containerd.must("containers", "delete", "long");
  },
  "a terminal": async (containerd) => {
    const { ground } = containerd;
    const run = ground.atTerminal(
      [
        "ctr",
        "--address",
        containerd.socket,
        "run",
        "--rm",
        "--tty",
        ...containerd.chosenFor("tty"),
        IMAGE,
        "tty",
        "sh",
        "-c",
        "until stty size | grep -q 66; do sleep 0.1; done; stty size; exit 5",
      ],
      66,
    );
    expect(await run.ended).toBe(5);
    expect(run.written()).toContain("24 66");
  },
  "a user namespace": async (containerd) => {
    const flags = ["--rm", "--uidmap", "0:200000:65536", "--gidmap", "0:200000:65536", "--remap-labels=false"];
    const { stdout } = await containerd.run(flags, "mapped", "sh", "-c", "echo $(cat /proc/self/uid_map)");
    expect(stdout).toBe("0 200000 65536\n");
  },
  events: async (containerd) => {
    const events = await containerd.ground.start(["ctr", "--address", containerd.socket, "events"], { deadline: LONGER_THAN_ANY_TEST });
    events.ended.catch(() => undefined);
    let count = 0;
    await until("it listens", async () => {
      await containerd.run(["--rm"], `told-${count++}`, "true");
      return (await events.stdout()).includes("/tasks/create");
    });
    for (const topic of ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"]) await events.shows(topic);
  },
};

/** So many containers, 20 at a time. */
export function many(count: number): Scenario<Containerd> {
  return async (containerd) => {
    const outcomes = await atATime(20, count, (index) => containerd.run(["--rm"], `many-${index}`, "echo", String(index)));
    expect(outcomes.map(({ exitCode, stdout }) => `${exitCode} ${stdout}`)).toEqual(outcomes.map((_, index) => `0 ${index}\n`));
  };
}

/** Those that take long. */
export const SLOW_LIFE: Scenarios<Containerd> = {
  "100 containers, 20 at a time": many(100),
};
