/**
 * What scripts written for runc match: whatever runc refuses, lamina refuses with the same exit status, and the last error in the
 * log contains runc's words. What lamina adds comes after them.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { lastError, withoutGo } from "../support/headline.ts";
import { requires } from "../support/requires.ts";
import { inComparableEnvironment, peer, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const comparable = requires("root", "runc", "cgroups", "ps");

type Status = "unknown" | "created" | "running" | "paused" | "stopped";

/** Calls that fail, and so leave the container as it is; ID and BUNDLE are filled in. */
const REFUSED: Readonly<Record<Status, readonly string[]>> = {
  unknown: [
    "state ID",
    "start ID",
    "kill ID 9",
    "kill --all ID KILL",
    "pause ID",
    "resume ID",
    "ps ID",
    "ps --format json ID",
    "exec ID true",
    "exec --detach ID true",
    "update --pids-limit 50 ID",
    "events --stats ID",
    "delete ID",
    "create --bundle /nowhere ID",
    "create --bundle BUNDLE a/b",
    "create --bundle BUNDLE ..",
  ],
  created: ["create --bundle BUNDLE ID", "run --bundle BUNDLE ID", "resume ID", "kill ID NOSUCH"],
  running: [
    "create --bundle BUNDLE ID",
    "start ID",
    "resume ID",
    "delete ID",
    "kill ID NOSUCH",
    "exec ID nonexistent-cmd",
    "exec ID /no/such/path",
    "exec ID /etc",
    "exec --cwd /nowhere ID /probe true",
    "exec --tty --detach ID /probe true",
    "exec ID",
  ],
  paused: ["exec ID /probe true", "start ID"],
  stopped: [
    "start ID",
    "kill ID TERM",
    "pause ID",
    "resume ID",
    "exec ID /probe true",
    "events --stats ID",
    "update --pids-limit 50 ID",
    "create --bundle BUNDLE ID",
  ],
};

interface Refusal {
  readonly exitCode: number;
  readonly words: string;
}

for (const [status, lines] of Object.entries(REFUSED) as [Status, readonly string[]][]) {
  test.if(comparable)(`what runc refuses of a container that is ${status}, lamina refuses in the same words`, async () => {
    const [theirs, ours] = await Promise.all([refusals("runc", status, lines), refusals("lamina", status, lines)]);
    expect(theirs.map(({ exitCode }, i) => [lines[i], exitCode])).toEqual(ours.map(({ exitCode }, i) => [lines[i], exitCode]));
    for (const [i, { words }] of theirs.entries()) expect([lines[i], ours[i]?.words]).toEqual([lines[i], expect.stringContaining(words)]);
  });
}

test.if(comparable)("what runc succeeds in, lamina does too", async () => {
  const calls = ["delete --force ID", "delete -f ID"];
  expect(await refusals("runc", "unknown", calls)).toEqual(await refusals("lamina", "unknown", calls));
  const stopped = ["ps ID", "ps --format json ID"];
  expect(await refusals("runc", "stopped", stopped)).toEqual(await refusals("lamina", "stopped", stopped));
});

async function refusals(runtime: "runc" | "lamina", status: Status, lines: readonly string[]): Promise<Refusal[]> {
  const tested = runtime === "lamina" ? runtimeUnderTest() : peer("runc");
  if (tested === undefined) throw new Error("runc is gone");
  await using box = await sandbox(
    { args: ["/probe", "sleep-until-signal"], rootfs: { etc: { directory: true } } },
    { runtime: inComparableEnvironment(tested), forgiving: runtime === "runc" },
  );
  await bring(box, status);
  const found: Refusal[] = [];
  for (const line of lines) found.push(await refusal(box, line));
  if (status === "paused") await box.must(["resume", box.id]);
  return found;
}

async function bring(box: Sandbox, status: Status): Promise<void> {
  if (status === "unknown") return;
  const container = await box.create();
  if (status === "created") return;
  await box.must(["start", box.id]);
  await container.shows("waiting");
  if (status === "paused") await box.must(["pause", box.id]);
  if (status !== "stopped") return;
  await box.must(["kill", box.id, "KILL"]);
  await box.reaches("stopped");
}

/** The last error in the log, without names that differ, and without what runc puts before every error of create and run. */
async function refusal(box: Sandbox, line: string): Promise<Refusal> {
  const log = join(box.host, "log");
  await rm(log, { force: true });
  const words = line.split(" ").map((word) => word.replace("BUNDLE", box.path).replace(/^ID$/, box.id));
  const { exitCode } = await box.call(["--log", log, "--log-format", "json", ...words]);
  const text = lastError(await box.hostFile("log")).replace(/^(runc|lamina) (create|run) failed: /, "");
  return {
    exitCode,
    words: withoutGo(text)
      .replaceAll(box.id, "ID")
      .replaceAll(box.path, "BUNDLE")
      .replace(/\b(runc|lamina)\b/g, "RUNTIME"),
  };
}
