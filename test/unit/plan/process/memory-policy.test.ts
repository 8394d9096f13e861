import { expect, test } from "bun:test";
import { describeStep } from "../../../../src/plan/describe.ts";
import { planMemoryPolicy } from "../../../../src/plan/process/memory-policy.ts";
import type { MemoryPolicy } from "../../../../src/spec/types.ts";

test.each<[MemoryPolicy, number, number[], string]>([
  [{ mode: "MPOL_DEFAULT" }, 0, [], "MPOL_DEFAULT"],
  [{ mode: "MPOL_PREFERRED", nodes: "" }, 1, [], "MPOL_PREFERRED"],
  [{ mode: "MPOL_BIND", nodes: "0-1,7" }, 2, [0, 1, 7], "MPOL_BIND, memory nodes 0, 1, 7"],
  [
    { mode: "MPOL_INTERLEAVE", nodes: "1023", flags: ["MPOL_F_STATIC_NODES"] },
    0x8003,
    [1023],
    "MPOL_INTERLEAVE|MPOL_F_STATIC_NODES, memory nodes 1023",
  ],
  [{ mode: "MPOL_LOCAL" }, 4, [], "MPOL_LOCAL"],
  [
    { mode: "MPOL_PREFERRED_MANY", nodes: "2", flags: ["MPOL_F_RELATIVE_NODES", "MPOL_F_NUMA_BALANCING"] },
    0x6005,
    [2],
    "MPOL_PREFERRED_MANY|MPOL_F_NUMA_BALANCING|MPOL_F_RELATIVE_NODES, memory nodes 2",
  ],
  [{ mode: "MPOL_WEIGHTED_INTERLEAVE", nodes: "0" }, 6, [0], "MPOL_WEIGHTED_INTERLEAVE, memory nodes 0"],
])("[C109] %j becomes mode %d with nodes %j", (policy, mode, nodes, words) => {
  const [planned, ...others] = planMemoryPolicy(policy);
  expect([planned?.step, others]).toEqual([{ op: "setMemoryPolicy", mode, nodes }, []]);
  expect(planned && describeStep(planned.step)).toBe(`set the memory policy to ${words}`);
});

test("without a policy nothing is set", () => {
  expect(planMemoryPolicy(undefined)).toEqual([]);
});

test("[C109] a node that no kernel can have is refused", () => {
  expect(() => planMemoryPolicy({ mode: "MPOL_BIND", nodes: "0-1024" })).toThrow(
    'cannot use the memory nodes "0-1024": the last one is 1023',
  );
});
