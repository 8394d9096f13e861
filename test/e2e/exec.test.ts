/** `exec`: one more process in a container, in the foreground, on a terminal, or detached; and what is refused. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const APPARMOR = "/sys/module/apparmor/parameters/enabled";
const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
test.if(root)("exec is refused in a container that has stopped, is paused, or does not exist", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  await box.must(["pause", box.id]);
  const paused = await box.call(["exec", box.id, "/probe", "true"]);
  await box.must(["resume", box.id]);
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  const stopped = await box.call(["exec", "--detach", box.id, "/probe", "true"]);
  await box.must(["delete", box.id]);
  const gone = await box.call(["exec", box.id, "/probe", "true"]);
  const firstLines = [paused, stopped, gone].map(({ exitCode, stderr }) => [exitCode, stderr.split("\n")[0]]);
  expect(firstLines).toEqual([
    [255, "exec failed: cannot exec in a paused container (use --ignore-paused to override)"],
    [255, "exec failed: cannot exec in a stopped container"],
    [255, `exec failed: container does not exist: ${box.id}`],
  ]);
});

test.if(root)("with --ignore-paused the process begins when the container is resumed", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  await box.must(["pause", box.id]);
  const running = await box.start(["exec", "--ignore-paused", box.id, "/probe", "say", "resumed"]);
  await until("exec waits in the container's cgroup", async () => members(box, "freezer").length > 1);
  const before = await running.stdout();
  await box.must(["resume", box.id]);
  expect([before, await running.ended]).toEqual(["", { exitCode: 0, stdout: "resumed\n", stderr: "" }]);
});

test.if(root)("a container that an earlier version made can be listed and killed, but takes no process", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const path = join(box.stateRoot, box.id, "state.json");
  const { exec: _, ...first } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...first, version: 1 }));
  const { exitCode, stderr } = await box.call(["exec", box.id, "/probe", "true"]);
  expect([exitCode, stderr]).toEqual([
    255,
    expect.stringContaining("exec failed: cannot exec in a container that an earlier version of lamina made"),
  ]);
  expect(await box.status()).toBe("running");
  await box.must(["kill", box.id, "KILL"]);
});

test.if(root)("what config.json says later does not count", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const config = join(box.path, "config.json");
  await writeFile(config, (await readFile(config, "utf8")).replace("TERM=xterm", "TERM=changed"));
  expect((await box.must(["exec", box.id, "/probe", "env"])).stdout).toContain("env TERM=xterm\n");
});

test.if(root)("a detached process outlives exec and becomes the child of an engine's shim, which learns its exit status", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const pidFile = join(box.host, "pid");
  const prefix = [join(box.host, "probe"), "shim", join(box.host, "out"), join(box.host, "err")];
  const shim = await box.start(["exec", "--detach", "--pid-file", pidFile, box.id, "/probe", "sleep-until-signal", "exit", "9"], {
    prefix,
  });
  await shim.shows("runtime exited 0\n");
  const pid = await readFile(pidFile, "utf8");
  expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toContain(` ${shim.pid} `);
  await until("the process waits", async () => (await box.hostFile("out")).includes("waiting"));
  process.kill(Number(pid), "SIGTERM");
  const lines = (await shim.ended).stdout.split("\n").filter((line) => line.includes("exited"));
  expect(lines).toContain("adopted exited 9");
});

test.if(root)("a detached program that does not exist is exec's own failure, and leaves no pid file", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const { exitCode, stderr } = await box.call(["exec", "--detach", "--pid-file", join(box.host, "pid"), box.id, "/nowhere"]);
  expect([exitCode, stderr.split("\n")[0], await box.hostFile("pid")]).toEqual([
    255,
    'exec failed: unable to start container process: exec: "/nowhere": stat /nowhere: no such file or directory',
    "",
  ]);
  expect(members(box).length).toBe(1);
});

test.if(root)("a script whose interpreter is missing is exec's own failure too", async () => {
  await using box = await sandbox({ ...WAITING, rootfs: { script: { text: "#!/nowhere\n", mode: 0o755 } } });
  await startedIn(box);
  const { exitCode, stderr } = await box.call(["exec", "--detach", "--pid-file", join(box.host, "pid"), box.id, "/script"]);
  expect([exitCode, stderr.split("\n")[0], await box.hostFile("pid")]).toEqual([
    255,
    "exec failed: unable to start container process: exec /script: no such file or directory",
    "",
  ]);
});

test.if(root)("a pid file that cannot be written ends the process", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const words = ["exec", "--detach", "--pid-file", "/nowhere/pid", box.id, "/probe", "sleep-until-signal"];
  const { exitCode, stderr } = await box.call(words);
  expect([exitCode, stderr]).toEqual([
    255,
    expect.stringContaining("exec failed: unable to start container process: cannot open /nowhere/pid"),
  ]);
  expect(members(box).length).toBe(1);
});

test.if(root)("signals to exec are signals to the process", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const running = await box.start(["exec", box.id, "/probe", "sleep-until-signal"]);
  await running.shows("waiting");
  running.kill("SIGUSR1");
  await running.shows("signal USR1");
  running.kill("SIGTERM");
  expect((await running.ended).exitCode).toBe(0);
  expect(await box.status()).toBe("running");
});

test.if(root)("a terminal is the process's, of the caller's size, and is restored when the process ends", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const prefix = [join(box.host, "probe"), "terminal", "81", "25"];
  const outcome = await box.call(
    ["exec", "--tty", "--user", "1000", box.id, "/probe", "tty", "session", "stat", "/dev/pts/0", "exit", "7"],
    {
      prefix,
    },
  );
  const lines = outcome.stdout.split(/\r?\n/).filter(Boolean);
  expect(lines.slice(0, 4)).toEqual(["tty 0 yes", "tty 1 yes", "tty 2 yes", "winsize 81x25"]);
  expect(lines[4]).toMatch(/^session leader yes, group leader yes, pid other, controlling terminal yes$/);
  expect(lines[5]).toContain("1000:");
  expect(lines.slice(-2)).toEqual(["program exited 7", "terminal restored"]);
});

test.if(root)("a detached process's terminal goes to the console socket", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const socket = join(box.host, "socket");
  const server = await spawn(join(box.directory, "calls"), [join(box.host, "probe"), "console-server", socket]);
  await server.shows("listening");
  const file = join(box.host, "process.json");
  await writeFile(file, JSON.stringify({ terminal: true, cwd: "/", args: ["/probe", "tty"], consoleSize: { height: 7, width: 9 } }));
  await box.must(["exec", "--tty", "--detach", "--console-socket", socket, "--process", file, box.id]); // as conmon calls it
  expect((await server.ended).stdout).toContain("winsize 9x7");
});

test.if(root)("--pidfd-socket gets a descriptor of the process, under the name that runc gives it", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const socket = join(box.host, "socket");
  const server = await spawn(join(box.directory, "calls"), [join(box.host, "probe"), "pidfd-server", socket]);
  await server.shows("listening");
  const flags = ["--detach", "--pid-file", join(box.host, "pid"), "--pidfd-socket", socket];
  await box.must(["exec", ...flags, box.id, "/probe", "sleep-until-signal"]);
  const pid = Number(await box.hostFile("pid"));
  await server.shows(`pidfd setns ${pid}\n`);
  process.kill(pid, "SIGKILL");
  expect((await server.ended).stdout).toEndWith("\nended\n");
});

test.if(root)("--preserve-fds and LISTEN_FDS pass on that many descriptors, and no more", async () => {
  await using box = await sandbox({ ...WAITING, host: { three: "", four: "", five: "" } });
  await startedIn(box);
  const prefix = ["sh", "-c", 'export LISTEN_PID=$$; exec 3>>"$0/three" 4>>"$0/four" 5>>"$0/five" && exec "$@"', box.host];
  const words = ["/probe", "fds", "write-fd", "4", "to four", "env"];
  const { exitCode, stdout } = await box.call(["exec", "--preserve-fds", "1", box.id, ...words], {
    prefix: [...prefix, "env", "LISTEN_FDS=1"],
  });
  expect([exitCode, stdout.startsWith("fds 0 1 2 3 4\nwrite-fd 4 ok\n"), stdout.includes("env LISTEN_FDS=1\n")]).toEqual([0, true, true]);
  expect([await box.hostFile("three"), await box.hostFile("four"), await box.hostFile("five")]).toEqual(["", "to four", ""]);
  const { exitCode: missing } = await box.call(["exec", "--preserve-fds", "9", box.id, "/probe", "true"]);
  expect(missing).toBe(255);
});

test.if(root && requires("cgroup-v1"))("--cgroup puts the process below the container's cgroup, in all hierarchies or in one", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const places = ["pids", "memory"].map((controller) => cgroupOf(box, controller));
  for (const place of places) mkdirSync(join(place, "sub"));
  const [pids = "", memory = ""] = [place(box, "pids"), place(box, "memory")];
  const one = (await box.must(["exec", "--cgroup", "pids:sub", box.id, "/probe", "cgroup"])).stdout;
  const out = (await box.must(["exec", "--cgroup", "pids:../../sub", box.id, "/probe", "cgroup"])).stdout;
  for (const where of places) rmdirSync(join(where, "sub"));
  expect([one.includes(`pids ${pids}/sub\n`), one.includes(`memory ${memory}\n`), out.includes(`pids ${pids}/sub\n`)]).toEqual([
    true,
    true,
    true,
  ]);
});

test.if(root)("what is wrong with a process.json is told with its place", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const file = join(box.host, "process.json");
  const say = async (text: string): Promise<string[]> => {
    await writeFile(file, text);
    const { exitCode, stderr } = await box.call(["exec", "--process", file, box.id]);
    return [String(exitCode), ...stderr.replaceAll(file, "FILE").split("\n").slice(0, 2)];
  };
  expect(await say('{"cwd": "/", "args": [5]}')).toEqual([
    "255",
    expect.stringMatching(/^exec failed: FILE:1:23 \/args\/0: must be /),
    expect.any(String),
  ]);
  expect(await say('{"cwd": "x",\n "args": ["a"]}')).toEqual([
    "255",
    expect.stringMatching(/^exec failed: FILE:1:9 \/cwd: must be an absolute/),
    expect.any(String),
  ]);
  expect(await say("{")).toEqual(["255", expect.stringMatching(/^exec failed: FILE:1:2: not valid JSON/), expect.any(String)]);
  expect(await say('{"cwd": "/", "args": ["a"],\n "apparmorProfile": "some"}')).toEqual([
    "255",
    existsSync(APPARMOR)
      ? "exec failed: unable to start container process: unable to apply apparmor profile: apparmor failed to apply profile: write /proc/self/attr/apparmor/exec: no such file or directory"
      : "exec failed: unable to apply apparmor profile: AppArmor is disabled or not supported on this host",
    expect.stringContaining("FILE:2:21 /apparmorProfile"),
  ]);
});

test.if(root)("options that say what --process says are refused beside it", async () => {
  await using box = await sandbox({ ...WAITING, host: { "process.json": '{"cwd": "/", "args": ["/probe", "true"]}' } });
  await startedIn(box);
  const call = (...words: string[]) => box.call(["exec", "--process", join(box.host, "process.json"), ...words]);
  const outcomes = [
    await call("--user", "5", box.id),
    await call("--no-new-privs", box.id),
    await call(box.id, "true"),
    await call("--tty", box.id),
  ];
  expect(outcomes.map(({ exitCode, stderr }) => [exitCode, stderr.split("\n")[0]])).toEqual([
    [255, "exec failed: cannot use --user with --process"],
    [255, "exec failed: cannot use --no-new-privs with --process"],
    [255, "exec failed: cannot use a command with --process"],
    [0, ""],
  ]);
});

test.if(root && requires("cgroup-v1"))("a container whose limit of processes is reached takes one more, as with runc", async () => {
  await using box = await sandbox({ ...WAITING, config: { linux: { resources: { pids: { limit: 1 } } } } });
  await startedIn(box);
  expect(await box.must(["exec", box.id, "/probe", "say", "here", "cgroup"])).toMatchObject({
    stdout: expect.stringContaining(`pids ${place(box, "pids")}\n`),
  });
});

test.if(root)("[C61] a process.json says on which processors the process may run", async () => {
  await using box = await sandbox(WAITING);
  await startedIn(box);
  const file = join(box.host, "process.json");
  const args = ["/probe", "read", "/proc/self/status"];
  await writeFile(file, JSON.stringify({ cwd: "/", args, execCPUAffinity: { initial: "0-8191", final: "0" } }));
  expect((await box.must(["exec", "--process", file, box.id])).stdout).toContain("Cpus_allowed_list:\\t0\\nMems");
  await writeFile(file, JSON.stringify({ cwd: "/", args, execCPUAffinity: { final: "8191" } }));
  const { exitCode, stderr } = await box.call(["exec", "--process", file, box.id]);
  expect([exitCode, stderr]).toEqual([255, expect.stringContaining("/execCPUAffinity/final")]);
});

async function startedIn(box: Sandbox): Promise<Running> {
  const running = await box.create();
  await box.must(["start", box.id]);
  await running.shows("waiting");
  return running;
}

function recordOf(box: Sandbox): { readonly cgroupPaths: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(join(box.stateRoot, box.id, "state.json"), "utf8"));
}

function cgroupOf(box: Sandbox, controller: string): string {
  return recordOf(box).cgroupPaths[controller] ?? "";
}

/** As /proc/PID/cgroup shows it. */
function place(box: Sandbox, controller: string): string {
  return cgroupOf(box, controller).replace(new RegExp(`^/sys/fs/cgroup/${controller}`), "");
}

function members(box: Sandbox, controller = "pids"): string[] {
  const { cgroupPaths } = recordOf(box);
  const path = join(cgroupPaths[controller] ?? cgroupPaths.unified ?? "", "cgroup.procs");
  return readFileSync(path, "utf8").split("\n").filter(Boolean);
}
