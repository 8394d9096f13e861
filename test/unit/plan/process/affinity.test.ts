import { expect, test } from "bun:test";
import { planAffinity } from "../../../../src/plan/process/affinity.ts";

function processors(initial: string): unknown {
  return planAffinity({ cwd: "/", execCPUAffinity: { initial } }, "initial").map(({ step }) => step);
}

test.each<[string, number[]]>([
  ["0", [0]],
  ["0-3,7", [0, 1, 2, 3, 7]],
  ["0-7:2/4", [0, 1, 4, 5]],
  [" 1, 8191", [1, 8191]],
])("the list %j means %j", (list, expected) => {
  expect(processors(list)).toEqual([{ op: "setAffinity", processors: expected }]);
});

test("without a list nothing is asked for", () => {
  expect([
    processors(""),
    planAffinity({ cwd: "/" }, "final"),
    planAffinity({ cwd: "/", execCPUAffinity: { initial: "0" } }, "final"),
  ]).toEqual([[], [], []]);
});

test.each(["8192", "0-99999999999", "0-3:1/0", "x"])("the list %j is refused", (list) => {
  expect(() => processors(list)).toThrow("cannot use the processors");
});
