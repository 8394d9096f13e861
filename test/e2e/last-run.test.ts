/** The writable layer belongs to the bundle, and so does the record of how the last program on it ended. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { lstat, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseObject } from "../support/json.ts";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { lastRunOf, runDetached, supervisorOf, waitsInPoll } from "../support/supervisor.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox");
/** Ends as the test's file `how` in the writable layer says; waits if there is none. */
const AS_TOLD = "test -e /how && exit $(cat /how); sleep 1000";
const USER_NAMESPACE = {
  linux: {
    namespaces: [{ type: "user" }, { type: "mount" }, { type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "network" }],
    uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
    gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  },
};

test.if(possible).each([
  ["root's", {}],
  ["a user namespace's", USER_NAMESPACE],
] as const)("%s container shows it, deleted and created again, until its own program has ended", async (_, config) => {
  await using box = await layeredSandbox({ script: AS_TOLD, config });
  await endsWith(box, 1);
  await box.create();
  expect([await box.status(), (await lastRunOf(box)).exitStatus]).toEqual(["created", 1]);
  await box.must(["delete", box.id]);
  await writeFile(join(box.path, "upper/how"), "2");
  await runDetached(box);
  await box.reaches("stopped");
  expect((await lastRunOf(box)).exitStatus).toBe(2);
  await box.must(["delete", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(possible)("while a program runs, state and list show the previous one", async () => {
  await using box = await layeredSandbox({ script: AS_TOLD });
  await endsWith(box, 7);
  await rm(join(box.path, "upper/how"));
  await runDetached(box);
  expect([await box.status(), (await lastRunOf(box)).exitStatus]).toEqual(["running", 7]);
  expect((await box.must(["list"])).stdout).toContain("exited (7) ");
});

test.if(possible)("a run in the foreground counts", async () => {
  await using box = await layeredSandbox({ script: "exit 4" });
  await box.call(["run", "--bundle", box.path, box.id]);
  await box.create();
  expect((await lastRunOf(box)).exitStatus).toBe(4);
});

test.if(possible)("the end of a program that nobody waited for is unknown, and no older one is shown instead", async () => {
  await using box = await layeredSandbox({ script: AS_TOLD });
  await endsWith(box, 7);
  await box.create();
  await box.must(["start", box.id]);
  await box.reaches("stopped");
  expect(await lastRunOf(box)).toEqual({});
  await box.must(["delete", box.id]);
  await box.create();
  expect(await lastRunOf(box)).toEqual({});
});

test.if(possible)("it is recorded for a layer whose directory was not there yet", async () => {
  await using box = await layeredSandbox({ script: "exit 7", file: { upper: "made/for/it/upper", work: "made/for/it/work" } });
  await runDetached(box);
  await box.reaches("stopped");
  await box.must(["delete", box.id]);
  await box.create();
  expect((await lastRunOf(box)).exitStatus).toBe(7);
});

test.if(possible)("a program that cannot be executed leaves the previous record", async () => {
  await using box = await layeredSandbox({ script: AS_TOLD });
  await endsWith(box, 7);
  const path = join(box.path, "config.json");
  const config = await readFile(path, "utf8");
  await writeFile(join(box.path, "upper/bad"), "#!/no/such/interpreter\n", { mode: 0o755 });
  await writeFile(path, config.replace("/bin/busybox", "/bad"));
  expect((await box.call(["run", "--detach", "--bundle", box.path, box.id])).exitCode).toBe(1);
  await box.create();
  expect((await box.call(["start", box.id])).exitCode).toBe(1);
  await box.must(["delete", "--force", box.id]);
  await writeFile(path, config);
  await box.create();
  expect((await lastRunOf(box)).exitStatus).toBe(7);
});

test.if(possible)("it is complete when a container was killed and deleted at once", async () => {
  await using box = await layeredSandbox({ script: "sleep 1000" });
  for (let round = 0; round < 10; round++) {
    await runDetached(box);
    await box.must(["kill", box.id, "KILL"]);
    await box.must(["delete", "--force", box.id]);
    const { exited, killed } = parseObject(await readFile(join(box.path, "upper.exit.json"), "utf8"));
    expect([round, exited, killed, box.leftovers()]).toEqual([round, undefined, 9, []]);
    await rm(join(box.path, "upper.exit.json"));
  }
});

test.if(possible)("the next container waits until the previous one's end is recorded", async () => {
  await using first = await layeredSandbox({ script: "sleep 1000" });
  await using second = await layeredSandbox({ script: "sleep 1000", file: { upper: join(first.path, "upper") } });
  await runDetached(first);
  const supervisor = await supervisorOf(first);
  process.kill(supervisor, "SIGSTOP");
  await first.must(["kill", first.id, "KILL"]);
  await first.reaches("stopped");
  const creating = await second.start(["create", "--bundle", second.path, second.id]);
  await until("create waits", () => waitsInPoll(creating.pid));
  process.kill(supervisor, "SIGCONT");
  expect([(await creating.ended).exitCode, await lastRunOf(second)]).toEqual([0, expect.objectContaining({ signal: "SIGKILL" })]);
});

test.if(possible)("a link in its place is replaced, not followed", async () => {
  await using box = await layeredSandbox({ script: "exit 3" });
  const path = join(box.path, "upper.exit.json");
  const secret = join(box.host, "secret");
  await writeFile(secret, JSON.stringify({ id: "a", created: "b", started: 1, finished: 2, exited: 99 }));
  await symlink(secret, path);
  await symlink(secret, `${path}.new`);
  await box.create();
  expect(await lastRunOf(box)).toEqual({});
  await box.must(["delete", box.id]);
  await runDetached(box);
  await box.reaches("stopped");
  expect([(await lastRunOf(box)).exitStatus, (await lstat(path)).isFile(), await box.hostFile("secret")]).toEqual([
    3,
    true,
    expect.stringContaining("99"),
  ]);
});

test.if(possible)("half a record counts as none", async () => {
  await using box = await layeredSandbox({ script: "exit 3" });
  await endsWith(box, 3);
  const path = join(box.path, "upper.exit.json");
  const whole = await readFile(path, "utf8");
  await writeFile(path, whole.slice(0, whole.length / 2));
  await box.create();
  expect(await lastRunOf(box)).toEqual({});
});

/** A run of the bundle's program, whose container is deleted then. */
async function endsWith(box: Sandbox, status: number): Promise<void> {
  await box.create();
  await writeFile(join(box.path, "upper/how"), String(status));
  await box.must(["delete", box.id]);
  await runDetached(box);
  await box.reaches("stopped");
  await box.must(["delete", box.id]);
}
