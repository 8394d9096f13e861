/** Standard streams and other descriptors: the caller's, untouched; a terminal that goes to a console socket; an engine's shim. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");

/** A shell that opens descriptors 3, 4 and 5 on files in the host directory and then executes the runtime. */
const withDescriptors = (box: Sandbox, ...env: string[]): string[] => [
  "env",
  ...env,
  "sh",
  "-c",
  'export LISTEN_PID=$$; exec 3>>"$0/three" 4>>"$0/four" 5>>"$0/five" && exec "$@"',
  box.host,
];

test.if(root)("[C30] the caller's open descriptors do not reach the program", async () => {
  await using box = await sandbox({ args: ["/probe", "fds"] });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix: withDescriptors(box) });
  expect(outcome).toEqual({ exitCode: 0, stdout: "fds 0 1 2\n", stderr: "" });
});

test.if(root)("--preserve-fds passes that many descriptors on, and no more", async () => {
  await using box = await sandbox({ args: ["/probe", "fds", "write-fd", "3", "to three", "write-fd", "4", "to four"] });
  const words = ["run", "--preserve-fds", "2", "--bundle", box.path, box.id];
  const outcome = await box.call(words, { prefix: withDescriptors(box) });
  expect(outcome).toEqual({ exitCode: 0, stdout: "fds 0 1 2 3 4\nwrite-fd 3 ok\nwrite-fd 4 ok\n", stderr: "" });
  expect([await box.hostFile("three"), await box.hostFile("four"), await box.hostFile("five")]).toEqual(["to three", "to four", ""]);
});

test.if(root)("LISTEN_FDS passes the sockets of systemd on, and tells the program", async () => {
  await using box = await sandbox({ args: ["/probe", "fds", "env", "write-fd", "4", "to four"], config: { process: { env: [] } } });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix: withDescriptors(box, "LISTEN_FDS=2") });
  expect({ ...outcome, stdout: outcome.stdout.split("\n").sort() }).toEqual({
    exitCode: 0,
    stdout: ["", "env HOME=/root", "env LISTEN_FDS=2", "env LISTEN_PID=1", "fds 0 1 2 3 4", "write-fd 4 ok"],
    stderr: "",
  });
});

test.if(root)("LISTEN_FDS and --preserve-fds add up", async () => {
  await using box = await sandbox({ args: ["/probe", "fds", "write-fd", "4", "to four"] });
  const words = ["run", "--preserve-fds=1", "--bundle", box.path, box.id];
  const outcome = await box.call(words, { prefix: withDescriptors(box, "LISTEN_FDS=1") });
  expect(outcome).toEqual({ exitCode: 0, stdout: "fds 0 1 2 3 4\nwrite-fd 4 ok\n", stderr: "" });
});

test.if(root)("preserved descriptors are kept from create to start", async () => {
  await using box = await sandbox({ args: ["/probe", "fds", "write-fd", "3", "to three"] });
  const created = await box.create(["--preserve-fds", "1"], { prefix: withDescriptors(box) });
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  expect([await created.stdout(), await box.hostFile("three")]).toEqual(["fds 0 1 2 3\nwrite-fd 3 ok\n", "to three"]);
});

for (const [what, script] of [
  ["/dev/null", 'exec "$@" </dev/null'],
  ["a pipe", 'printf text | "$@"'],
  ["closed", 'exec "$@" <&-'],
] as const) {
  test.if(root)(`standard input may be ${what}`, async () => {
    await using box = await sandbox({ args: ["/probe", "fds", "stdin"] });
    const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix: ["sh", "-c", script, "sh"] });
    expect(outcome).toEqual({ exitCode: 0, stdout: `fds 0 1 2\nstdin ok ${what === "a pipe" ? "text" : ""}\n`, stderr: "" });
  });
}

test.if(root)("a caller without standard streams gives the program /dev/null three times, and none of lamina's files", async () => {
  await using box = await sandbox({});
  const prefix = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"];
  const created = await box.call(["create", "--bundle", box.path, box.id], { prefix });
  const { pid } = await box.state();
  const streams = [0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  expect([created.exitCode, ...streams]).toEqual([0, "/dev/null", "/dev/null", "/dev/null"]);
});

test.if(root)("standard output and error are the caller's own files, and appended to", async () => {
  await using box = await sandbox({ args: ["/probe", "say", "out", "complain", "err"], host: { log: "before\n" } });
  const prefix = ["sh", "-c", 'exec "$@" >>"$0" 2>&1', join(box.host, "log")];
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix });
  expect([outcome.exitCode, await box.hostFile("log")]).toEqual([0, "before\nout\nerr\n"]);
});

test.if(root)("[C48] a console socket gets the terminal, and the program the other end with its size", async () => {
  await using box = await sandbox({
    args: ["/probe", "tty", "session", "stat", "/dev/console", "open", "/dev/tty"],
    config: { process: { terminal: true, consoleSize: { width: 77, height: 33 } } },
  });
  const server = await consoleServer(box);
  await box.create(["--console-socket", join(box.host, "socket")]);
  await box.must(["start", box.id]);
  const shown = await server.ended;
  expect([shown.exitCode, ...shown.stdout.split(/\r?\n/).filter(Boolean)]).toEqual([
    0,
    "listening",
    expect.stringMatching(/^console .* terminal$/),
    "tty 0 yes",
    "tty 1 yes",
    "tty 2 yes",
    "winsize 77x33",
    "session leader yes, group leader yes, pid 1, controlling terminal yes",
    expect.stringMatching(/^stat \/dev\/console c 06[02]0 0:[05] 136:0$/),
    "open /dev/tty ok",
  ]);
  await box.reaches("stopped");
  await box.must(["delete", box.id]);
});

test.if(root)("[C48] consoleSize is ignored without a terminal", async () => {
  const outcome = await runContainer({ args: ["/probe", "tty"], config: { process: { consoleSize: { width: 77, height: 33 } } } });
  expect(outcome).toEqual({ exitCode: 0, stdout: "tty 0 no\ntty 1 no\ntty 2 no\nwinsize ENOTTY\n", stderr: "" });
});

test.if(root)("a terminal belongs to the container's user", async () => {
  await using box = await sandbox({
    args: ["/probe", "stat", "/dev/pts/0", "open", "/dev/pts/0"],
    config: { process: { terminal: true, user: { uid: 1000, gid: 1000 } } },
  });
  const server = await consoleServer(box);
  await box.create(["--console-socket", join(box.host, "socket")]);
  await box.must(["start", box.id]);
  const lines = (await server.ended).stdout.split(/\r?\n/).filter(Boolean).slice(2);
  expect(lines).toEqual([expect.stringMatching(/^stat \/dev\/pts\/0 c 06[02]0 1000:5 136:0$/), "open /dev/pts/0 ok"]);
  await box.reaches("stopped");
});

test.if(root)("run --detach with a console socket gives the terminal away and returns", async () => {
  await using box = await sandbox({ args: ["/probe", "tty"], config: { process: { terminal: true } } });
  const server = await consoleServer(box);
  await box.must(["run", "--detach", "--console-socket", join(box.host, "socket"), "--bundle", box.path, box.id]);
  expect((await server.ended).stdout).toContain("tty 0 yes"); // it exits when nobody has the terminal open any more
  await box.reaches("stopped");
  expect((await box.state()).lastRun).toMatchObject({ exitStatus: 0 });
});

test.if(root)("the container's first process becomes the child of an engine's shim, which learns its exit status", async () => {
  await using box = await sandbox({ args: ["/probe", "exit", "7"] });
  const prefix = [join(box.host, "probe"), "shim", join(box.host, "out"), join(box.host, "err")];
  const shim = await box.start(["create", "--bundle", box.path, box.id], { prefix });
  await shim.shows("runtime exited 0\n");
  await box.must(["start", box.id]);
  const lines = (await shim.ended).stdout.split("\n").filter(Boolean).slice(1);
  expect([...lines, await box.hostFile("err")]).toEqual(["runtime exited 0", "adopted exited 7", "alone", ""]);
  expect(await box.status()).toBe("stopped");
});

test.if(root)(
  "a container that is detached becomes the child of a shim that started the runtime, which leaves no supervisor then",
  async () => {
    await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
    const prefix = [join(box.host, "probe"), "shim", join(box.host, "out"), join(box.host, "err")];
    const shim = await box.start(["run", "--detach", "--bundle", box.path, box.id], { prefix });
    await shim.shows("runtime exited 0\n");
    await box.must(["kill", box.id, "KILL"]);
    const lines = (await shim.ended).stdout.split("\n").filter(Boolean).slice(1);
    const asked = lines.indexOf("adopted exited 0"); // an orphan, to see whose child it becomes
    expect([lines.splice(asked, 1), lines]).toEqual([["adopted exited 0"], ["runtime exited 0", "adopted killed by KILL", "alone"]]);
  },
);

test.if(root)("no runtime process stays beside a created container", async () => {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
  await box.create();
  const { pid } = await box.state();
  const processes = box.leftovers().filter((line) => line.startsWith("process "));
  expect(processes.map((line) => line.split(" ")[1])).toEqual([String(pid)]);
});

async function consoleServer(box: Sandbox): Promise<Running> {
  const server = await spawn(join(box.directory, "calls"), [join(box.host, "probe"), "console-server", join(box.host, "socket")]);
  await server.shows("listening");
  return server;
}
