/** Which processors a container's processes may use: those of its cgroup, whatever the caller's own affinity. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const ALLOWED = /^Cpus_allowed_list:\s*(.*)$/m;
/** Those of this process, which is unrestricted. */
const own = ALLOWED.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
const possible = requires("root", "busybox") && Bun.which("taskset") !== null && /^0[-,]/.test(own);
const SCRIPT = "busybox grep Cpus_allowed_list /proc/self/status";
const HOOK = { path: "/bin/sh", args: ["sh", "-c", "grep Cpus_allowed_list /proc/self/status >@HOST@/hook"] };

for (const [words, resources, expected] of [
  ["without a cpuset of its own, the container may use all", {}, own],
  ["with a cpuset, the container may use those in it", { cpu: { cpus: "1" } }, "1"],
] as const) {
  test.if(possible)(`${words} although its caller may not`, async () => {
    await using box = await layeredSandbox({ script: SCRIPT, config: { linux: { resources }, hooks: { createContainer: [HOOK] } } });
    const { exitCode, stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix: ["taskset", "-c", "0"] });
    expect([exitCode, stderr, ALLOWED.exec(stdout)?.[1], ALLOWED.exec(await box.hostFile("hook"))?.[1]]).toEqual([
      0,
      "",
      expected,
      expected,
    ]);
  });
}
