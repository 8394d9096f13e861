/** `linux.memoryPolicy`: from which memory nodes a container's processes get their memory, as the kernel tells them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "numa");
const args = ["/probe", "memory-policy"];
const policy = (memoryPolicy: JsonObject): JsonObject => ({ linux: { memoryPolicy } });

for (const [mode, flags, shown] of [
  ["MPOL_DEFAULT", [], "0 nodes 0"],
  ["MPOL_PREFERRED", [], "0x1 nodes 0x1"],
  ["MPOL_BIND", ["MPOL_F_NUMA_BALANCING"], "0x2002 nodes 0x1"],
  ["MPOL_INTERLEAVE", ["MPOL_F_STATIC_NODES"], "0x8003 nodes 0x1"],
  ["MPOL_LOCAL", [], "0x4 nodes 0"],
  ["MPOL_PREFERRED_MANY", ["MPOL_F_RELATIVE_NODES"], "0x4005 nodes 0x1"],
  ["MPOL_WEIGHTED_INTERLEAVE", [], "0x6 nodes 0x1"],
] as const) {
  const isNew = mode === "MPOL_WEIGHTED_INTERLEAVE";
  test.if(possible && (!isNew || requires("weighted-interleave")))(
    `[C109] [C127] a container has the memory policy ${mode} ${flags}`,
    async () => {
      const nodes = shown.endsWith("0x1") ? { nodes: "0" } : {};
      const { stdout, stderr } = await runContainer({ args, config: policy({ mode, flags, ...nodes }) });
      expect([stdout, stderr]).toEqual([`memory policy ${shown}\n`, ""]);
    },
  );
}

test.if(possible)("[C109] a process of exec has the container's", async () => {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"], config: policy({ mode: "MPOL_BIND", nodes: "0" }) });
  await box.create();
  await box.must(["start", box.id]);
  const { stdout } = await box.must(["exec", box.id, ...args]);
  await box.must(["kill", box.id, "KILL"]);
  expect(stdout).toBe("memory policy 0x2 nodes 0x1\n");
});

test.if(possible)("[C109] [C22] nodes that are not there are refused, and nothing is left", async () => {
  await using box = await sandbox({ args, config: policy({ mode: "MPOL_BIND", nodes: "1000" }) });
  const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
  expect([exitCode, box.leftovers()]).toEqual([1, []]);
  expect(stderr).toContain("cannot set the memory policy to MPOL_BIND, memory nodes 1000: invalid argument");
  expect(stderr).toContain("/linux/memoryPolicy");
});
