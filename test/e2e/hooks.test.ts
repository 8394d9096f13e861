/** Hooks: when each of the six kinds runs, what it gets, and what its failure leaves. Where they run is in the corpus. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { readlink } from "node:fs/promises";
import { join } from "node:path";
import { isObject, type JsonObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const POINTS = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"] as const;
const HOST_BIND = { destination: "@HOST@", type: "bind", source: "@HOST@", options: ["bind"] } as const;
const hook = (label: string, ...more: string[]): JsonObject => ({
  path: "@PROBE@",
  args: ["probe", "hook", "@HOST@/hooks.log", label, ...more],
});
const EACH = Object.fromEntries(POINTS.map((point) => [point, [hook(point)]]));
const root = requires("root");

test.if(root)("[C9] [C11] [C13] [C15] create, start and delete each run their kinds of hooks, in order", async () => {
  await using box = await sandbox({ config: { hooks: EACH }, mounts: [HOST_BIND], args: ["/probe", "sleep-until-signal"] });
  const created = await box.create();
  const atCreate = await labels(box);
  await box.must(["start", box.id]);
  await created.shows("waiting");
  const atStart = await labels(box);
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  const atStop = await labels(box);
  await box.must(["delete", box.id]);
  expect({ atCreate, atStart, atStop, atDelete: await labels(box) }).toEqual({
    atCreate: POINTS.slice(0, 3),
    atStart: POINTS.slice(0, 5),
    atStop: POINTS.slice(0, 5),
    atDelete: [...POINTS],
  });
});

test.if(root)("[C65] the state on a hook's standard input has the pid that state prints", async () => {
  await using box = await sandbox({ config: { hooks: { createRuntime: [hook("one")] } } });
  await box.create();
  const [{ state } = { state: null }] = await log(box);
  const told = isObject(state) ? state : {};
  expect([told.id, told.pid, told.bundle]).toEqual([box.id, (await box.state()).pid ?? null, box.path]);
});

test.if(root)(
  "[C66] [C67] createRuntime hooks run in the runtime's mount namespace, createContainer hooks in the container's",
  async () => {
    await using box = await sandbox({ config: { hooks: { createRuntime: [hook("outside")], createContainer: [hook("inside")] } } });
    await box.create();
    const { pid } = await box.state();
    const [ours, theirs] = await Promise.all([readlink("/proc/self/ns/mnt"), readlink(`/proc/${pid}/ns/mnt`)]);
    expect((await log(box)).map(({ hook: label, mnt }) => [label, mnt])).toEqual([
      ["outside", ours],
      ["inside", theirs],
    ]);
  },
);

test.if(root)("createContainer hooks make files with the caller's umask, startContainer hooks with the program's", async () => {
  const touch = (name: string): JsonObject => ({
    path: "@PROBE@",
    args: ["probe", "write", `@HOST@/${name}`, "x", "mkdir", `@HOST@/${name}.d`],
  });
  const hooks = { createContainer: [touch("created")], startContainer: [touch("started")] };
  await using box = await sandbox({ config: { hooks, process: { user: { uid: 0, gid: 0, umask: 0o077 } } }, mounts: [HOST_BIND] });
  await box.must(["run", "--bundle", box.path, box.id], { prefix: ["sh", "-c", 'umask 027; exec "$@"', "sh"] });
  const modes = ["created", "created.d", "started", "started.d"].map((name) => (statSync(join(box.host, name)).mode & 0o777).toString(8));
  expect(modes).toEqual(["640", "750", "600", "700"]);
});

for (const point of ["prestart", "createRuntime", "createContainer"] as const) {
  test.if(root)(`[C10] [C16] a ${point} hook that fails leaves no container, and poststop hooks run`, async () => {
    await using box = await sandbox({
      config: { hooks: { [point]: [hook("fails", "exit", "9"), hook("never")], poststop: [hook("poststop")] } },
    });
    const outcome = await box.call(["create", "--bundle", box.path, box.id]);
    expect({ exitCode: outcome.exitCode, ran: await labels(box), left: box.leftovers(), says: outcome.stderr }).toEqual({
      exitCode: 1,
      ran: ["fails", "poststop"],
      left: [],
      says: expect.stringContaining("exit status 9"),
    });
  });
}

test.if(root)("[C11] a startContainer hook that fails keeps the program from running, and start says so", async () => {
  await using box = await sandbox({
    config: { hooks: { startContainer: [hook("fails", "exit", "9")] } },
    mounts: [HOST_BIND],
    args: ["/probe", "say", "never"],
  });
  const created = await box.create();
  const outcome = await box.call(["start", box.id]);
  expect({ exitCode: outcome.exitCode, says: outcome.stderr, shown: await created.stdout() }).toEqual({
    exitCode: 1,
    says: expect.stringContaining("exit status 9"),
    shown: "",
  });
  await box.must(["delete", "--force", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("[C13] a poststart hook that fails stops and destroys the container, and start says so", async () => {
  await using box = await sandbox({
    config: { hooks: { poststart: [hook("fails", "exit", "9")], poststop: [hook("poststop")] } },
    args: ["/probe", "sleep-until-signal"],
  });
  await box.create();
  const outcome = await box.call(["start", box.id]);
  expect({ exitCode: outcome.exitCode, says: outcome.stderr, ran: await labels(box), left: box.leftovers() }).toEqual({
    exitCode: 1,
    says: expect.stringContaining("exit status 9"),
    ran: ["fails", "poststop"],
    left: [],
  });
});

test.if(root)("[C15] a poststop hook that fails does not keep delete from succeeding", async () => {
  await using box = await sandbox({ config: { hooks: { poststop: [hook("fails", "exit", "9"), hook("after")] } } });
  await box.create();
  const outcome = await box.call(["delete", "--force", box.id]);
  expect({ exitCode: outcome.exitCode, ran: await labels(box), left: box.leftovers() }).toEqual({
    exitCode: 0,
    ran: ["fails", "after"],
    left: [],
  });
});

test.if(root)("[C64] a hook and its children are killed on timeout", async () => {
  const lasting = { path: "/bin/sh", args: ["sh", "-c", '"$0" forever', "@PROBE@"], timeout: 1 };
  await using box = await sandbox({ config: { hooks: { createRuntime: [lasting] } } });
  const outcome = await box.call(["create", "--bundle", box.path, box.id]);
  expect({ exitCode: outcome.exitCode, says: outcome.stderr, left: box.leftovers() }).toEqual({
    exitCode: 1,
    says: expect.stringMatching(/error running createRuntime hook #0: .*\b1(\.0)? ?s\b/),
    left: [],
  });
});

test.if(root).each([
  ["createContainer", "@PROBE@"],
  ["startContainer", "/probe"],
])("[C64] a %s hook that is killed on timeout is told as such", async (kind, path) => {
  await using box = await sandbox({ config: { hooks: { [kind]: [{ path, args: ["probe", "forever"], timeout: 1 }] } } });
  const outcome = await box.call(["run", "--bundle", box.path, box.id]);
  expect({ exitCode: outcome.exitCode, says: outcome.stderr, left: box.leftovers() }).toEqual({
    exitCode: 1,
    says: expect.stringMatching(
      new RegExp(`error running ${kind} hook #0: \\S*probe: no end within its timeout,[^]*hint: raise its timeout`),
    ),
    left: [],
  });
  expect(outcome.stderr).not.toContain("kernel:");
});

async function log(box: Sandbox): Promise<JsonObject[]> {
  return (await box.hostFile("hooks.log")).split("\n").filter(Boolean).map(parseObject);
}

async function labels(box: Sandbox): Promise<string[]> {
  return (await log(box)).map(({ hook: label }) => String(label));
}
