/** Odd files where the caller's arguments point: a prompt, short error; nothing hangs, and nothing is lost. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { nowhereOf, ODD_FILES, replaceBy } from "../support/odd-files.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const TERMINAL = { args: ["/probe", "tty"], config: { process: { terminal: true } } } as const;
/** None of these creates a container, so nothing may be left. */
const VERBS = ["run", "create", "explain", "check"] as const;

for (const file of ["config.json", "layers.json"]) {
  test.if(root)(`a ${file} that is not a regular file, or endless, is an error that names it`, async () => {
    await using box = await sandbox({});
    for (const [kind, make] of Object.entries(ODD_FILES)) {
      await replaceBy(make, join(box.path, file));
      for (const verb of VERBS) {
        const { exitCode, stdout, stderr } = await call(box, verb);
        expect([kind, verb, exitCode, (stdout + stderr).includes(file)]).toEqual([kind, verb, 1, true]);
      }
    }
    expect(box.leftovers()).toEqual([]);
  });
}

test.if(root).each([
  ["nested a hundred thousand levels deep", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
  ["of nothing but opening brackets", "[".repeat(3_000_000)],
  ["of empty objects", `{"ociVersion":"1.0.0","mounts":[${"{},".repeat(100_000)}{}]}`],
  ["of a hundred thousand wrong mounts", JSON.stringify({ ociVersion: "1.0.0", mounts: Array(100_000).fill({ destination: 3 }) })],
  ["of a key of a million characters", JSON.stringify({ ociVersion: "1.0.0", process: { ["k".repeat(1_000_000)]: 1, cwd: 5 } })],
  ["of more values than anybody reads", `[${"0,".repeat(3_000_000)}0]`],
])("a config.json %s is an error of few words", async (_, text) => {
  await using box = await sandbox({});
  await writeFile(join(box.path, "config.json"), text);
  for (const verb of VERBS) {
    const { exitCode, stdout, stderr } = await call(box, verb);
    const words = stdout + stderr;
    expect([verb, exitCode, /RangeError|bug in lamina/.test(words), words.length < 20_000]).toEqual([verb, 1, false, true]);
  }
});

test.if(root)("of many problems the first fifty are shown, with the number of the others", async () => {
  await using box = await sandbox({});
  await writeFile(join(box.path, "config.json"), JSON.stringify({ ociVersion: "1.0.0", mounts: Array(100_000).fill({ destination: 3 }) }));
  const lines = (await call(box, "run")).stderr.split("\n");
  expect(lines.slice(0, 50).map((line) => line.split(" ")[1])).toEqual(Array.from({ length: 50 }, (_, i) => `/mounts/${i}/destination:`));
  expect(lines[50]).toBe("config.json: and 99950 more problems");
  expect((await call(box, "check")).stdout.split("\n").slice(-3, -1)).toEqual([
    "and 99950 more problems",
    `not ok: ${box.path} cannot run here: 100000 errors`,
  ]);
});

test.if(root)("five thousand mappings, which the kernel refuses, are not all shown", async () => {
  const mappings = Array.from({ length: 5000 }, (_, i) => ({ containerID: i, hostID: i + 1000, size: 1 }));
  const namespaces = [{ type: "user" }, { type: "mount" }, { type: "pid" }];
  await using box = await sandbox({ config: { hostname: null, linux: { namespaces, uidMappings: mappings, gidMappings: mappings } } });
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect([exitCode, stderr.length < 3000, stderr]).toEqual([
    1,
    true,
    expect.stringMatching(/\/linux\/uidMappings: must have at most 340 items, not 5000\n/),
  ]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root).each([
  ["a command", (long: string) => [long]],
  ["an option", (long: string) => [`--${long}`, "list"]],
  ["an id", (long: string) => ["state", long]],
  ["a bundle", (long: string) => ["run", "--bundle", `/${long}`, "x"]],
  ["a signal", (long: string) => ["kill", "x", long]],
  ["a number", (long: string) => ["run", "--preserve-fds", long, "x"]],
])("%s of a hundred thousand characters is an error of few words", async (_, words) => {
  await using box = await sandbox({});
  const { exitCode, stderr } = await box.call(words("long".repeat(25_000)));
  expect([exitCode > 0, stderr.length < 5000]).toEqual([true, true]);
});

test.if(root)("a pid file that is not a regular file is an error before anything is done, and is left alone", async () => {
  await using box = await sandbox({});
  const path = join(box.host, "pid");
  for (const [kind, make] of Object.entries(ODD_FILES)) {
    if (kind.startsWith("a link") || kind.startsWith("a file")) continue; // those are replaced
    await replaceBy(make, path);
    const before = lstatSync(path).ino;
    const { exitCode, stderr } = await box.call(["run", "--pid-file", path, "--bundle", box.path, box.id]);
    expect([kind, exitCode, stderr.split("\n")[0], lstatSync(path).ino]).toEqual([
      kind,
      1,
      `cannot write the pid to ${path}: there is something else than a regular file`,
      before,
    ]);
  }
});

test.if(root)("a log that cannot be written makes no command hang", async () => {
  await using box = await sandbox({});
  const path = join(box.host, "log");
  for (const [kind, make] of Object.entries(ODD_FILES)) {
    await replaceBy(make, path);
    const { exitCode } = await box.call(["--log", path, "--debug", "run", "--bundle", box.path, box.id]);
    const works = kind === "an endless device" || kind === "a file of eight gigabytes" || kind === "a link that leads nowhere";
    expect([kind, exitCode]).toEqual([kind, works ? 0 : 1]);
    await rm(nowhereOf(path), { force: true }); // where that link leads
  }
});

test.if(root)("a FIFO that somebody reads is a log, and one that is full costs a second and no container", async () => {
  await using box = await sandbox({});
  const path = join(box.host, "log");
  spawnSync("mkfifo", [path]);
  const hold = Bun.spawn(["sh", "-c", 'exec 3<>"$0"; head -c 65536 /dev/zero >&3; exec sleep 1000', path]);
  const prefix = [
    "sh",
    "-c",
    'while ! dd if=/dev/null of="$0" oflag=nonblock,append conv=notrunc 2>/dev/null; do :; done; exec "$@"',
    path,
  ];
  const { exitCode, stderr } = await box.call(["--log", path, "run", "--bundle", box.path, box.id], { prefix });
  hold.kill("SIGKILL");
  await hold.exited;
  expect([exitCode, stderr]).toEqual([0, ""]); // nothing was to be logged
});

test.if(root).each(["--console-socket", "--pidfd-socket"])(
  "%s at which nobody takes a connection is an error that leaves nothing",
  async (option) => {
    await using box = await sandbox(option === "--console-socket" ? TERMINAL : {});
    const path = join(box.host, "socket");
    for (const [kind, make] of Object.entries(ODD_FILES)) {
      await replaceBy(make, path);
      const { exitCode, stderr } = await box.call(["create", option, path, "--bundle", box.path, box.id]);
      expect([kind, exitCode, stderr.includes(`socket ${path}: `)]).toEqual([kind, 1, true]);
      expect([kind, box.leftovers()]).toEqual([kind, []]);
    }
  },
);

test.if(root)("a socket whose owner has stopped taking connections is not waited for", async () => {
  await using box = await sandbox(TERMINAL);
  const path = join(box.host, "socket");
  const stopped = Bun.spawn([join(box.host, "probe"), "console-server", path]);
  await until("the socket is listened on", async () => isListening(path));
  stopped.kill("SIGSTOP");
  const others = Array.from({ length: 8 }, () => connect(path).on("error", () => {}));
  await new Promise((done) => setImmediate(done));
  const { exitCode, stderr } = await box.call(["create", "--console-socket", path, "--bundle", box.path, box.id]);
  for (const other of others) other.destroy();
  stopped.kill("SIGKILL");
  await stopped.exited;
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, `cannot connect to the console socket ${path}: resource temporarily unavailable`]);
});

test.if(root)("a socket may have a path longer than a socket's address, and be named by a link", async () => {
  await using box = await sandbox({});
  const directory = join(box.host, "d".repeat(200));
  await mkdir(directory);
  const taken: Socket[] = [];
  const server = createServer((socket) => void taken.push(socket));
  await new Promise<void>((done) => server.listen(join(box.host, "s"), done));
  spawnSync("mv", [join(box.host, "s"), join(directory, "socket")]);
  const { exitCode, stderr } = await box.call(["run", "--pidfd-socket", join(directory, "socket"), "--bundle", box.path, box.id]);
  for (const socket of taken) socket.destroy();
  server.close();
  expect([exitCode, stderr]).toEqual([0, ""]);
});

test.if(root)("anything else in place of a bundle or a state root is an error", async () => {
  await using box = await sandbox({});
  const path = join(box.host, "odd");
  for (const [kind, make] of Object.entries(ODD_FILES)) {
    await replaceBy(make, path);
    expect([kind, (await box.call(["run", "--bundle", path, box.id])).exitCode]).toEqual([kind, 1]);
    if (kind.startsWith("a directory")) continue;
    expect([kind, (await box.call(["--root", path, "run", "--bundle", box.path, box.id])).exitCode]).toEqual([kind, 1]);
  }
});

test.if(root)("spec overwrites nothing", async () => {
  await using box = await sandbox({});
  for (const [kind, make] of Object.entries(ODD_FILES)) {
    const path = join(box.host, "config.json");
    await replaceBy(make, path);
    const before = lstatSync(path).ino;
    const { exitCode } = await box.call(["spec", "--bundle", box.host]);
    expect([kind, exitCode, lstatSync(path).ino]).toEqual([kind, 1, before]);
  }
  expect(readdirSync(box.host).sort()).toEqual(["config.json", "probe"]);
});

function call(box: Sandbox, verb: (typeof VERBS)[number]): ReturnType<Sandbox["call"]> {
  return box.call([verb, "--bundle", box.path, ...(verb === "check" ? [] : [box.id])]);
}

/** Flag SO_ACCEPTCON in /proc/net/unix: a socket has its name before it takes connections. */
function isListening(path: string): boolean {
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .some((line) => line.endsWith(` ${path}`) && line.includes(" 00010000 "));
}
