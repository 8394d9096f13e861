/** What native/init/supervisor.c records, and when it records nothing. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { guestPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { type Attempt, inRoot, makeTrial, shell } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");
const CLONE: InitStep = { op: "cloneChild", flags: 0 };
const FAILS: InitStep = { op: "chdir", path: guestPath("/nowhere") };

/** What the host heard, and the files in the supervisor's directory with their texts. */
async function supervised(steps: readonly Attempt[], before: Readonly<Record<string, string>> = {}) {
  await using trial = await makeTrial();
  for (const [name, text] of Object.entries(before)) await writeFile(join(trial.outside, name), text);
  const plan = steps.flatMap((step) => (step === CLONE ? [step, ...inRoot(trial.rootfs), { op: "pivotRoot" } as const] : [step]));
  const heard = (await trial.run(plan, { supervised: trial.outside })).split("\n").filter(Boolean);
  const names = readdirSync(trial.outside).filter((name) => name !== "secret");
  return { heard, files: Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(trial.outside, name), "utf8")])) };
}

const TIME = "\\d{10}\\.\\d{3}";

test.if(possible).each([
  ["exit 7", '"exited":7'],
  ["kill -9 $$", '"killed":9'],
  ["kill -15 $$", '"killed":15'],
])("%p is written to both directories", async (script, end) => {
  const { heard, files } = await supervised([CLONE, ...shell(script)]);
  expect(heard).toEqual(["supervised", "pid", "exit 0"]);
  const line = expect.stringMatching(new RegExp(`^\\{"id":"trial","started":${TIME},"finished":${TIME},${end}\\}\n$`));
  expect(files).toEqual({ "exit.json": line, "upper.exit.json": line });
  expect(files["exit.json"]).toBe(files["upper.exit.json"] ?? "");
});

test.if(possible)("a program that comes after several stages is the one that counts", async () => {
  const { heard, files } = await supervised([{ op: "cloneChild", flags: 0 }, { op: "cloneChild", flags: 0 }, CLONE, ...shell("exit 7")]);
  expect([heard, files["exit.json"]]).toEqual([["supervised", "pid", "pid", "pid", "exit 0"], expect.stringContaining('"exited":7')]);
});

test.if(possible).each<[string, readonly Attempt[], string]>([
  ["fails in its first stage", [FAILS, CLONE, ...shell("exit 7")], "failed step 0: ENOENT"],
  ["fails in its second stage", [CLONE, FAILS, ...shell("exit 7")], "failed step 6: ENOENT"],
  [
    "finds no program",
    [
      CLONE,
      { op: "findExecutable", name: "/bin/busybox", searchPath: "", magicLinks: false },
      { op: "unlink", path: guestPath("/bin/busybox") },
      ...shell("").slice(1),
    ],
    "failed step 9: ENOENT",
  ],
])("nothing is written of an init that %s", async (_, steps, failure) => {
  const { heard, files } = await supervised(steps);
  expect([heard.includes("supervised"), heard.includes(failure), heard.at(-1), files]).toEqual([true, true, "exit 0", {}]);
});

test.if(possible)("an old record is replaced, and a half-written file too", async () => {
  const { files } = await supervised([CLONE, ...shell("exit 7")], {
    "exit.json": "old",
    "exit.json.new": "half",
    "upper.exit.json.new": "half",
  });
  expect([Object.keys(files), files["exit.json"]]).toEqual([["exit.json", "upper.exit.json"], expect.stringContaining('"exited":7')]);
});
