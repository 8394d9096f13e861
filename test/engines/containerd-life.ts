/** containerd by ctr, with its shim for runc and lamina as the shim's BinaryName. */
import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import type { Outcome, SpawnOptions } from "../support/spawn.ts";
import { until } from "../support/until.ts";
import { BUT_FILTERS, type Ground, leftoversOf, onNewGround, succeeded } from "./ground.ts";
import { packBusybox } from "./image.ts";
import { type EngineRuntime, type Scenarios, testEngine } from "./scenarios.ts";

const IMAGE = "example.org/base:1";
const LONGER_THAN_ANY_TEST = 30 * 60_000;

interface Containerd extends AsyncDisposable {
  readonly ground: Ground;
  /** `ctr words…` */
  call(words: readonly string[], options?: SpawnOptions): Promise<Outcome>;
  must(...words: readonly string[]): Promise<string>;
  /** What chooses the runtime in `ctr run`. */
  readonly chosen: readonly string[];
  /** `ctr run flags… IMAGE id argv…` with the runtime. */
  run(flags: readonly string[], id: string, ...argv: string[]): Promise<Outcome>;
}

const openContainerd = (runtime: EngineRuntime): Promise<Containerd> => onNewGround((ground) => setUp(ground, runtime));

async function setUp(ground: Ground, runtime: EngineRuntime): Promise<Containerd> {
  const { directory } = ground;
  const config = join(directory, "containerd.toml");
  writeFileSync(
    config,
    `version = 2\nroot = "${directory}/containerd"\nstate = "/run/containerd"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n`,
  );
  const daemon = await ground.start(["containerd", "--config", config], { deadline: LONGER_THAN_ANY_TEST });
  daemon.ended.catch(() => undefined); // it ends with its ground
  await until(
    "containerd answers",
    async () => (await ground.call(["ctr", "version"])).exitCode === 0,
    () => daemon.stderr(),
  );
  await importImage(ground);
  const call: Containerd["call"] = (words, options) => ground.call(["ctr", ...words], options);
  const chosen = ["--runtime", "io.containerd.runc.v2", "--runc-binary", runtime.path];
  return {
    ground,
    chosen,
    call,
    must: async (...words) => succeeded(["ctr", ...words], await call(words)).trimEnd(),
    run: (flags, id, ...argv) => call(["run", ...chosen, ...flags, IMAGE, id, ...argv]),
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

/** containerd imports no tar of files, so lamina makes an image of it. */
async function importImage(ground: Ground): Promise<void> {
  const lamina = [...runtimeUnderTest().argv, "--image-root", join(ground.directory, "store"), "image"];
  await ground.must([...lamina, "import", "--quiet", await packBusybox(ground.directory), "base:1"]);
  const archive = join(ground.directory, "image.tar");
  await ground.must([...lamina, "export", "--name", IMAGE, "base:1", archive]);
  await ground.must(["ctr", "images", "import", archive]);
}

const scenarios: Scenarios<Containerd> = {
  "run: output and exit status": async (containerd) => {
    expect(await containerd.run(["--rm", "--env", "A=b"], "one", "sh", "-c", "echo $$ $A; exit 7")).toMatchObject({
      exitCode: 7,
      stdout: "1 b\n",
    });
    const { exitCode, stderr } = await containerd.run(["--rm"], "two", "missing");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('exec: "missing": executable file not found in $PATH');
  },
  "run --seccomp, --privileged, --memory-limit, --pid-file, --cgroup": async (containerd) => {
    const status = (name: string): string[] => ["grep", name, "/proc/self/status"];
    expect((await containerd.run(["--rm", "--seccomp"], "seccomp", ...status("Seccomp:"))).stdout).toMatch(/2\n$/);
    expect((await containerd.run(["--rm", "--privileged"], "all", ...status("CapEff:"))).stdout).not.toContain("a80425fb");
    const hog = ["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"];
    expect((await containerd.run(["--rm", "--memory-limit", "16777216"], "oom", ...hog)).exitCode).toBe(137);
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
      ["ctr", "run", "--rm", "--tty", ...containerd.chosen, IMAGE, "tty", "sh", "-c", "sleep 0.5; stty size; exit 5"],
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
    const events = await containerd.ground.start(["ctr", "events"], { deadline: LONGER_THAN_ANY_TEST });
    events.ended.catch(() => undefined);
    await Bun.sleep(500);
    await containerd.run(["--rm"], "told", "true");
    for (const topic of ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"]) await events.shows(topic);
  },
};

const clean: Scenarios<Containerd> = {
  "nothing is left behind": async ({ ground }) => {
    await until(
      "only containerd runs",
      async () => (await leftoversOf(ground, /^(containerd|ctr)$/, "default")).length === 0,
      () => ground.must(["ps", "-ef"]),
    );
    expect(
      await ground.must([
        "find",
        "/run/containerd/runc",
        "/run/containerd/io.containerd.runtime.v2.task/default",
        "-mindepth",
        "2",
        ...BUT_FILTERS,
      ]),
    ).toBe("");
  },
};

const slow: Scenarios<Containerd> = {
  "30 containers at once": async (containerd) => {
    const ids = Array.from({ length: 30 }, (_, i) => `many-${i}`);
    const outcomes = await Promise.all(ids.map((id) => containerd.run(["--rm"], id, "echo", id)));
    expect(outcomes.map(({ exitCode, stdout }) => `${exitCode} ${stdout.trim()}`)).toEqual(ids.map((id) => `0 ${id}`));
  },
};

testEngine({
  engine: "containerd",
  isThere: requires("root", "busybox", "containerd", "cgroups"),
  open: openContainerd,
  scenarios,
  slow,
  last: clean,
});
