/** `events`: runc's fields for the same container, out-of-memory events, and its end. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { isObject, type Json, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { peer, type Runtime, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const MIB = 1 << 20;
const LIMITED = {
  args: ["/probe", "sleep-until-signal"],
  config: {
    linux: { resources: { memory: { limit: 64 * MIB, swap: 64 * MIB }, pids: { limit: 30 }, cpu: { quota: 50000, period: 100000 } } },
  },
} as const;

/** The names of all members with the types of their values; those that may be left out because they are 0 are not compared. */
function shapeOf(value: Json | undefined, path = ""): string[] {
  if (!isObject(value)) return [`${path} ${Array.isArray(value) ? "list" : typeof value}`];
  return Object.entries(value).flatMap(([key, member]) => shapeOf(member, `${path}/${key}`));
}

const VARIES =
  /^\/data\/(blkio|cpu\/throttling|cpu\/usage\/total|memory\/cache|memory\/(swap|kernel|kernelTCP|usage)\/(usage|max)|[a-z]+\/psi|memory\/psi)/;

async function statsBy(runtime: Runtime): Promise<{ shape: string[]; limits: unknown }> {
  await using box = await sandbox(LIMITED, { runtime, forgiving: runtime.name === "runc" });
  const container = await box.create();
  await box.must(["start", box.id]);
  await container.shows("waiting"); // runc's init is several threads until then
  const { stdout } = await box.must(["events", "--stats", box.id]);
  const event = parseObject(stdout);
  const { data } = event as {
    data: { memory: { usage: { limit: number }; swap: { limit: number } }; pids: object; network_interfaces: null };
  };
  const limits = [event.type, event.id === box.id, data.memory.usage.limit, data.memory.swap.limit, data.pids, data.network_interfaces];
  return {
    shape: shapeOf(event)
      .filter((line) => !VARIES.test(line))
      .sort(),
    limits,
  };
}

test.if(root && requires("runc"))("--stats prints one line with runc's members and this container's limits", async () => {
  const runc = peer("runc");
  if (runc === undefined) throw new Error("runc is gone");
  expect(await statsBy(runtimeUnderTest())).toEqual(await statsBy(runc));
});

async function eventsOf(box: Sandbox, ...flags: string[]) {
  const running = await box.start(["events", ...flags, box.id]);
  const events = async () => (await running.stdout()).split("\n").slice(0, -1).map(parseObject);
  return { running, events };
}

test.if(root)("statistics come at each interval until the container ends", async () => {
  await using box = await sandbox(LIMITED);
  await box.create();
  await box.must(["start", box.id]);
  const before = performance.now();
  const { running, events } = await eventsOf(box, "--interval", "50ms");
  await until("four came", async () => (await events()).length >= 4);
  expect(performance.now() - before).toBeGreaterThan(200);
  await box.must(["kill", box.id, "KILL"]);
  const { exitCode, stderr } = await running.ended;
  expect([exitCode, stderr, [...new Set((await events()).map(({ type }) => type))]]).toEqual([0, "", ["stats"]]);
});

test.if(root)("a process that is killed because memory ran out is an event", async () => {
  await using box = await sandbox({ ...LIMITED, args: ["/probe", "use-memory", "8", "use-memory", "256", "sleep-until-signal"] });
  const container = await box.create();
  const { running, events } = await eventsOf(box, "--interval", "50ms");
  await running.shows("stats"); // it watches by then
  await box.must(["start", box.id]);
  await container.shows("waiting");
  await running.shows("oom");
  await box.must(["kill", box.id, "TERM"]);
  expect((await running.ended).exitCode).toBe(0);
  const others = (await events()).filter(({ type }) => type !== "stats");
  expect([...new Set(others.map((event) => JSON.stringify(event)))]).toEqual([JSON.stringify({ type: "oom", id: box.id })]);
  expect(await container.stdout()).toBe("use-memory exited 0\nuse-memory killed by KILL\nwaiting\nsignal TERM\n");
});

test.if(root)("a container that has stopped, one that does not exist and an interval of nothing are errors", async () => {
  await using box = await sandbox(LIMITED);
  await box.create();
  const interval = [await box.call(["events", "--interval", "0s", box.id]), await box.call(["events", "--interval", "soon", box.id])];
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  const outcomes = [...interval, await box.call(["events", "--stats", box.id]), await box.call(["events", "nobody"])];
  expect(outcomes.map(({ exitCode, stdout, stderr }) => [exitCode, stdout, stderr.split("\n")[0]])).toEqual([
    [1, "", "duration interval must be greater than 0"],
    [1, "", 'cannot run "lamina events": option --interval must be a duration, not "soon"'],
    [1, "", `container with id ${box.id} is not running`],
    [1, "", "container does not exist: nobody"],
  ]);
});
