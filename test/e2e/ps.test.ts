/** `ps`, and what runc's prints for a container that does the same. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { requires } from "../support/requires.ts";
import { peer } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const root = requires("root", "ps");

/** Calls of the runtime, whose exit status, and output with the container's pid as PID, are compared. */
const CALLS = [
  ["ps", "ID"],
  ["ps", "-f", "json", "ID"],
  ["ps", "--format", "table", "ID", "-o", "pid,cmd"],
  ["ps", "ID", "-o", "pid=PID", "-o", "comm"],
  ["ps", "ID", "aux"],
] as const;

async function shownBy(box: Sandbox): Promise<string[]> {
  const running = await box.create();
  await box.must(["start", box.id]);
  await running.shows("waiting");
  const { pid } = await box.state();
  const outcomes = await Promise.all(CALLS.map((words) => box.call(words.map((word) => (word === "ID" ? box.id : word)))));
  return outcomes.map(({ exitCode, stdout, stderr }) => `${exitCode} ${neutral(stdout, Number(pid))}${stderr}`);
}

/** Times and memory differ between two processes, and so do the widths of columns. */
function neutral(text: string, pid: number): string {
  return text
    .replace(new RegExp(`\\b${pid}\\b`, "g"), "PID")
    .replace(/\b\d+(?::\d\d)+\b/g, "TIME")
    .replace(/ +/g, " ")
    .replace(/^ /gm, "")
    .replace(/(?<=%MEM.*\n.*PID )\S+ \S+ \S+ \S+/, "SHARES SIZES")
    .replace(/(?<= C .*\n.*PID \d+ )\d+/, "SHARE");
}

test.if(root && requires("runc"))("ps prints what runc's does", async () => {
  await using box = await sandbox(WAITING);
  const runc = peer("runc");
  if (runc === undefined) throw new Error("runc is gone");
  await using theirs = await sandbox(WAITING, { runtime: runc, forgiving: true });
  const ours = await shownBy(box);
  expect(ours).toEqual(await shownBy(theirs));
  expect(ours[1]).toBe("0 [PID]\n");
});

test.if(root)("processes below the container's cgroup count, whatever state it is in", async () => {
  await using box = await sandbox({ args: ["/probe", "fork-orphan", "sleep-until-signal"] });
  const running = await box.create();
  const json = async (): Promise<number[]> => JSON.parse((await box.must(["ps", "--format", "json", box.id])).stdout);
  expect(await json()).toEqual([Number((await box.state()).pid)]);
  await box.must(["start", box.id]);
  await running.shows("waiting");
  const pids = await json();
  await box.must(["pause", box.id]);
  expect([pids.length, await json()]).toEqual([2, pids]);
  await box.must(["resume", box.id]);
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
  expect([await json(), (await box.must(["ps", box.id])).stdout.split("\n").length]).toEqual([[], 2]);
});

test.if(root)("what ps(1) refuses, and a container that does not exist, are errors", async () => {
  await using box = await sandbox(WAITING);
  await box.create();
  const calls = [
    ["ps", box.id, "--no-such-option"],
    ["ps", box.id, "-o", "cmd"],
    ["ps", "nobody"],
  ];
  const outcomes = await Promise.all(calls.map((words) => box.call(words)));
  expect(outcomes.map(({ exitCode, stdout, stderr }) => [exitCode, stdout, stderr.split("\n")[0]])).toEqual([
    [1, "", "cannot list processes with ps --no-such-option: exit status 1: error: unknown gnu long option"],
    [1, "", "couldn't find PID field in ps output"],
    [1, "", "container does not exist: nobody"],
  ]);
});
