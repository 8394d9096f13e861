/** What config.json does not ask for costs nothing: not one system call, of lamina or of init. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** By the field that asks for it. */
const CALLS: Readonly<Record<string, RegExp>> = {
  "process.scheduler": /sched_setattr\(/,
  "process.ioPriority": /ioprio_set\(/,
  "linux.memoryPolicy": /set_mempolicy\(/,
  "linux.netDevices": /AF_NETLINK|setns\(/,
  "linux.intelRdt": /resctrl/,
};

/** Those of the fields whose calls are in the trace of a whole run. */
async function foundIn(config: JsonObject): Promise<string[]> {
  await using box = await sandbox({ args: ["/probe", "true"], config });
  const trace = join(box.host, "trace");
  const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id], {
    prefix: ["strace", "-f", "-s", "200", "-o", trace],
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
  const text = readFileSync(trace, "utf8");
  return Object.entries(CALLS).flatMap(([field, call]) => (call.test(text) ? [field] : []));
}

test.if(requires("root", "strace"))("a usual container makes none of the calls of rare fields", async () => {
  expect(await foundIn({})).toEqual([]);
  const scheduled = { process: { scheduler: { policy: "SCHED_BATCH" }, ioPriority: { class: "IOPRIO_CLASS_BE" } } };
  expect(await foundIn(scheduled)).toEqual(["process.scheduler", "process.ioPriority"]); // or else the trace shows nothing
});
