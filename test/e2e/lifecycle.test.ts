/** A container's lifecycle: created, running, stopped, deleted; what `state`, `list` and the pid file say meanwhile. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const HOST_BIND = { destination: "@HOST@", type: "bind", source: "@HOST@", options: ["bind"] } as const;
const root = requires("root");

test.if(root)("[C7] [C12] [C21] create does everything except running the program, and start runs it", async () => {
  await using box = await sandbox({ args: ["/probe", "append", "@HOST@/ran", "yes"], mounts: [HOST_BIND] });
  await box.create();
  const { pid } = await box.state();
  expect({ status: await box.status(), ran: await box.hostFile("ran"), hostname: await hostnameOf(Number(pid)) }).toEqual({
    status: "created",
    ran: "",
    hostname: "container",
  });
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  expect(await box.hostFile("ran")).toBe("yes");
});

test.if(root)(
  "[C24] without a process a container can be created, used by exec and deleted, and start is an error that changes nothing",
  async () => {
    await using box = await sandbox({ config: { process: null } });
    await box.create();
    const { exitCode, stderr } = await box.call(["start", box.id]);
    const inside = await box.must(["exec", box.id, "/probe", "names"]);
    const status = await box.status();
    await box.must(["delete", box.id]);
    expect([exitCode, stderr, status, inside.stdout, box.leftovers()]).toEqual([
      1,
      expect.stringContaining('cannot start a container without a program: "process" was missing in config.json'),
      "created",
      "hostname container\ndomainname (none)\n",
      [],
    ]);
  },
);

test.if(root)("[C16] [C24] without a process nothing can be run, and nothing is left", async () => {
  await using box = await sandbox({ config: { process: null } });
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id]);
  expect([exitCode, box.leftovers()]).toEqual([1, []]);
  expect(stderr).toContain('cannot run a container without a program: "process" is missing');
});

test.if(root)("[C14] a container is created, running, stopped and then gone, with a pid only while it lives", async () => {
  await using box = await sandbox(WAITING);
  const created = await box.create();
  const first = await box.state();
  await box.must(["start", box.id]);
  await created.shows("waiting");
  const second = await box.state();
  await box.must(["kill", box.id, "TERM"]);
  await box.reaches("stopped");
  const third = await box.state();
  await box.must(["delete", box.id]);
  const gone = await box.call(["state", box.id]);
  const story = [first, second, third].map(({ status, pid }) => `${status} ${Number(pid) > 0 ? "with" : "without"} a pid`);
  expect([...story, gone.exitCode, second.pid === first.pid]).toEqual([
    "created with a pid",
    "running with a pid",
    "stopped without a pid",
    1,
    true,
  ]);
  expect({ shown: await created.stdout(), left: box.leftovers() }).toEqual({ shown: "waiting\nsignal TERM\n", left: [] });
});

test.if(root)("[C4] [C5] state prints exactly the members that engines read", async () => {
  await using box = await sandbox({ ...WAITING, config: { annotations: { "org.example.key": "value" } } });
  await box.create();
  const state = await box.state();
  expect(state).toEqual({
    ociVersion: expect.stringMatching(/^1\.\d+\.\d+/),
    id: box.id,
    pid: expect.any(Number),
    status: "created",
    bundle: box.path,
    rootfs: box.rootfs,
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
    annotations: { "org.example.key": "value" },
    owner: expect.any(String),
  });
  expect(existsSync(`/proc/${state.pid}`)).toBe(true);
});

test.if(root)("[C8] changes of config.json after create have no effect", async () => {
  await using box = await sandbox({ args: ["/probe", "say", "before"] });
  const created = await box.create();
  await writeFile(join(box.path, "config.json"), "broken");
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  expect(await created.stdout()).toBe("before\n");
  await box.must(["delete", box.id]);
});

test.if(root)("the pid file holds the bare pid by the time create returns, in place of what was there", async () => {
  await using box = await sandbox({ ...WAITING, host: { pid: "a file of before\n" } });
  const pidFile = join(box.host, "pid");
  await box.create(["--pid-file", pidFile]);
  expect(await readFile(pidFile, "utf8")).toBe(String((await box.state()).pid));
});

test.if(root)("a relative pid file and a relative bundle start at the caller's directory", async () => {
  await using box = await sandbox(WAITING);
  await box.must(["create", "--pid-file", "host/pid", "-b", "bundle", box.id], { cwd: box.directory });
  expect([await box.hostFile("pid"), (await box.state()).bundle]).toEqual([String((await box.state()).pid), box.path]);
});

test.if(root)("create without --bundle takes the working directory", async () => {
  await using box = await sandbox(WAITING);
  await box.must(["create", box.id], { cwd: box.path });
  expect((await box.state()).bundle).toBe(box.path);
});

test.if(root)("a bundle that is reached through a link is named by its real path or by the caller's", async () => {
  await using box = await sandbox({ ...WAITING, host: { link: { link: "../bundle" } } });
  await box.must(["create", "--bundle", join(box.host, "link"), box.id]);
  expect([box.path, join(box.host, "link")]).toContain(String((await box.state()).bundle));
});

for (const [status, words] of [
  ["created", []],
  ["running", ["start"]],
] as const) {
  test.if(root)(`delete --force removes a ${status} container completely`, async () => {
    await using box = await sandbox(WAITING);
    const created = await box.create();
    for (const word of words) await box.must([word, box.id]);
    if (status === "running") await created.shows("waiting");
    await box.must(["delete", "--force", box.id]);
    expect({ left: box.leftovers(), again: (await box.call(["state", box.id])).exitCode }).toEqual({ left: [], again: 1 });
  });
}

test.if(root)("[C27] delete of a created container kills it, as engines expect", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  await box.must(["delete", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("delete --force removes a stopped container completely", async () => {
  await using box = await sandbox({});
  await box.create();
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  await box.must(["delete", "--force", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("[C28] delete leaves the bundle and the caller's files as they are", async () => {
  await using box = await sandbox({ config: { root: { readonly: false } }, args: ["/probe", "write", "/kept", "text"] });
  await box.create(["--pid-file", join(box.host, "pid")]);
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  await box.must(["delete", box.id]);
  expect([
    await readFile(join(box.rootfs, "kept"), "utf8"),
    existsSync(join(box.path, "config.json")),
    existsSync(join(box.host, "pid")),
  ]).toEqual(["text", true, true]);
});

test.if(root)("[C29] an id can be used again after delete", async () => {
  await using box = await sandbox({ args: ["/probe", "say", "hello"] });
  for (let turn = 0; turn < 3; turn++) {
    const created = await box.create();
    await box.must(["start", box.id]);
    await box.reaches("stopped");
    expect(await created.stdout()).toBe("hello\n");
    await box.must(["delete", box.id]);
  }
});

test.if(root)("[C26] kill takes a signal's name, with or without SIG, in either case, or its number", async () => {
  await using box = await sandbox(WAITING);
  const created = await box.create();
  await box.must(["start", box.id]);
  await created.shows("waiting");
  const forms = ["USR1", "SIGUSR1", "usr1", "sigusr1", "10", "HUP", "2", "SIGWINCH", "40"];
  const expected = [
    "waiting",
    ...forms.slice(0, 5).map(() => "signal USR1"),
    "signal HUP",
    "signal INT",
    "signal WINCH",
    "signal signal-40",
  ];
  for (const [at, form] of forms.entries()) {
    await box.must(["kill", box.id, form]);
    await until(`${form} arrives`, async () => (await linesOf(created.stdout())).length === at + 2, created.stdout);
  }
  expect(await linesOf(created.stdout())).toEqual(expected);
  await box.must(["kill", box.id]);
  await box.reaches("stopped");
  expect((await linesOf(created.stdout())).at(-1)).toBe("signal TERM");
});

test.if(root)("[C26] kill reaches a container that has not been started", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  await box.must(["delete", box.id]);
  expect(box.leftovers()).toEqual([]);
});

for (const [title, types] of [
  ["in a pid namespace", ["pid", "mount", "uts", "ipc", "network"]],
  ["without a pid namespace", ["mount", "uts", "ipc", "network"]],
] as const) {
  test.if(root)(`kill --all reaches every process of a container ${title}`, async () => {
    const config = { linux: { namespaces: types.map((type) => ({ type })) } };
    await using box = await sandbox({ config, args: ["/probe", "fork-orphan", "sleep-until-signal"] });
    const created = await box.create();
    await box.must(["start", box.id]);
    await created.shows("waiting");
    await box.must(["kill", "--all", box.id, "KILL"]);
    await box.reaches("stopped");
    await until(
      "every process is gone",
      () => !box.leftovers().some((line) => line.startsWith("process ")),
      () => box.leftovers().join("\n"),
    );
    await box.must(["delete", box.id]);
    expect(box.leftovers()).toEqual([]);
  });
}

test.if(root)("list shows the containers below --root as a table, as JSON and as bare ids", async () => {
  await using box = await sandbox(WAITING);
  await mkdir(box.stateRoot);
  const empty = await box.must(["list", "--format", "json"]);
  await box.create();
  const state = await box.state();
  const [table, json, quiet] = await Promise.all([box.must(["list"]), box.must(["list", "-f", "json"]), box.must(["list", "-q"])]);
  const words = table.stdout.split("\n").map((line) => line.split(/\s+/).filter(Boolean));
  expect(words).toEqual([
    ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"],
    [box.id, String(state.pid), "created", box.path, String(state.created), expect.any(String)],
    [],
  ]);
  expect([parseJson(empty.stdout) ?? [], parseJson(json.stdout), quiet.stdout]).toEqual([
    [],
    [{ ...state, owner: expect.any(String) }],
    `${box.id}\n`,
  ]);
});

test.if(root)("the log holds one JSON object for each line, and the last error is what standard error says", async () => {
  await using box = await sandbox({ args: ["/no/such/path"] });
  const log = join(box.host, "log.json");
  const outcome = await box.call(["--debug", "--log", log, "--log-format=json", "create", "--bundle", box.path, box.id]);
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n").map(parseObject);
  const errors = lines.filter(({ level }) => level === "error");
  expect(lines.every(({ level, msg, time }) => Boolean(level) && typeof msg === "string" && !Number.isNaN(Date.parse(String(time))))).toBe(
    true,
  );
  expect({ exitCode: outcome.exitCode, last: errors.at(-1)?.msg }).toEqual({ exitCode: 1, last: expect.stringContaining("/no/such/path") });
});

test.if(root)("the working directory of the caller may have been deleted", async () => {
  await using box = await sandbox({ args: ["/probe", "say", "here"], host: { "gone/.keep": "" } });
  const prefix = ["sh", "-c", 'cd "$0" && rm -r "$0" && exec "$@"', join(box.host, "gone")];
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix });
  expect(outcome).toEqual({ exitCode: 0, stdout: "here\n", stderr: "" });
});

async function linesOf(text: Promise<string>): Promise<string[]> {
  return (await text).split("\n").filter(Boolean);
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}

/** The hostname of the container's uts namespace, seen from outside. */
async function hostnameOf(pid: number): Promise<string> {
  const entered = Bun.spawnSync(["nsenter", "--target", String(pid), "--uts", "hostname"]);
  return entered.stdout.toString().trim();
}
