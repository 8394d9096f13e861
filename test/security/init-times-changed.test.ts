/**
 * Class: times that init is made to report. The memory that it writes them to is its own too, so whoever may trace init writes there what he
 * likes. lamina believes none that cannot be, shows nothing beyond what it timed, and starts the container all the same.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { endOf, INIT, remarksIn, stepsIn } from "../support/trace.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");

/** Units of 8 bytes: what the host fills in, when init began, and the end of each step. */
const BEGUN = 2;
const FIRST = 3;

/** A hook on the host, which traces init while that waits: `bytes` (printf) are put into the memory for times, `count` times over. */
function overwrites(bytes: string, from: number, count: number): string {
  return [
    `pid=$(sed -E 's/.*"pid": ?([0-9]+).*/\\1/')`,
    "at=$(sed -n 's/^\\([0-9a-f]*\\)-.*lamina:times.*/\\1/p' /proc/$pid/maps)",
    `for i in $(seq ${count}); do printf '${bytes}'; done | dd of=/proc/$pid/mem bs=1 seek=$((0x$at + ${from * 8})) conv=notrunc 2>/dev/null`,
  ].join("\n");
}

const ALL_ONES = "\\377".repeat(8);
const FAR_AHEAD = `${"\\0".repeat(7)}\\100`;
const LONG_AGO = `\\2${"\\0".repeat(7)}`;

test.if(root).each([
  ["every time has all bits set", overwrites(ALL_ONES, FIRST, 60), 1],
  ["the beginning has all bits set", overwrites(ALL_ONES, BEGUN, 1), 0],
  ["times are centuries ahead", overwrites(FAR_AHEAD, FIRST + 5, 40), 6],
  ["times are those of the machine's start", overwrites(LONG_AGO, FIRST + 5, 40), 6],
  ["the host's part is changed too", overwrites(ALL_ONES, 0, 60), 0],
])("%s: the container starts, and the timeline has only what can be", async (_, script, most) => {
  const hook = { path: "/bin/sh", args: ["sh", "-c", script] };
  await using box = await sandbox({ args: ["/probe", "exit", "4"], config: { hooks: { createRuntime: [hook] } } });
  const file = join(box.directory, "timeline.json");
  const outcome = await box.call(["run", `--timeline=${file}`, "--bundle", box.path, box.id]);
  expect(outcome).toEqual({ exitCode: 4, stdout: "", stderr: "" });
  const steps = stepsIn(file);
  const init = steps.filter(({ tid }) => tid === INIT);
  expect(init.length).toBeLessThanOrEqual(most);
  expect(remarksIn(file)).toEqual([expect.stringMatching(/^the times of init cannot be/)]);
  const host = steps.filter(({ tid }) => tid !== INIT);
  const [begin, end] = [host[0]?.ts ?? 0, Math.max(...host.map(endOf))];
  expect(init.filter((step) => (step.ts ?? 0) < begin || endOf(step) > end)).toEqual([]);
});
