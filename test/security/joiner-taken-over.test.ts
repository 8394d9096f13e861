/**
 * Class: a process with CAP_SYS_PTRACE takes over init where it enters a pid namespace, and speaks to lamina in its place: without end, and with
 * descriptors that it should never read. lamina takes so many messages, one descriptor with each, and reads only what init could have sent.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MESSAGE } from "../../src/plan/steps/wire.ts";
import { DEFAULT, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const RIGHTS = ["CAP_SYS_PTRACE", "CAP_KILL"];
const CAPABILITIES = { bounding: RIGHTS, effective: RIGHTS, permitted: RIGHTS };
const TIMES = 10;
const MOST_LINES = 200;

test.if(root).each([
  ["warnings", MESSAGE.warning, "-"],
  ["pids", MESSAGE.pid, "-"],
  ["supervisors", MESSAGE.supervised, "-"],
  ["failures with a file that never ends", MESSAGE.failed, "/dev/zero"],
  ["listeners that are none", MESSAGE.listener, "/dev/zero"],
])("a flood of %s ends exec, which says little", async (_, kind, file) => {
  await using container = await formed(DEFAULT, {
    args: ["/probe", "flood", "/stop", String(kind), file],
    config: { process: { capabilities: CAPABILITIES }, root: { readonly: false } },
  });
  const { running } = await container.create();
  expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
  await running.shows("seizing");
  let taken = 0;
  for (let i = 0; i < 50 * TIMES && taken < TIMES; i++) {
    const { exitCode, stderr } = await container.call(["exec", container.box.id, "/probe", "true"]);
    expect([[0, 255].includes(exitCode), stderr.split("\n").length < MOST_LINES]).toEqual([true, true]);
    taken += exitCode === 255 ? 1 : 0;
  }
  writeFileSync(join(container.box.rootfs, "stop"), "");
  await running.shows("flooded ");
  expect([taken, await running.stdout()]).toEqual([TIMES, "seizing\nseized\nflooded some\n"]);
});
