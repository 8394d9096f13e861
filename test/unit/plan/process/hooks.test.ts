import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import { hookCall, planHostHooks, planInitHooks } from "../../../../src/plan/process/hooks.ts";
import { stateDocument } from "../../../../src/plan/process/state-document.ts";
import type { Spec } from "../../../../src/spec/types.ts";

const SPEC: Spec = {
  ociVersion: "1.3.0",
  process: { cwd: "/", args: ["x"], env: ["A=1", "HOME=", "B=2", "A=3"] },
  hooks: {
    createRuntime: [{ path: "/h/one" }, { path: "/h/two", env: [] }],
    startContainer: [{ path: "/h/three" }, { path: "/h/four", env: ["ONLY=this"], timeout: 4 }],
  },
};
const STATE = { head: "{", tail: "}" };

test.each([
  ["without args", {}],
  ["with no args", { args: [] }],
])("a hook %s has its path as the only one", (_, args) => {
  expect(hookCall({ path: "/h", ...args }).args).toEqual(["/h"]);
});

test("outside the container an absent env is the runtime's, and an empty one is empty", () => {
  expect(planHostHooks(SPEC, "createRuntime").map(({ step }) => step.op === "runHook" && step.call.env)).toEqual([undefined, []]);
});

test("in the container an absent env is the process's, each name once", () => {
  const steps = planInitHooks(SPEC, "startContainer", () => STATE).map(({ step }) => step);
  expect(steps.map((step) => step.op === "runHook" && [step.env, step.timeout])).toEqual([
    [["B=2", "A=3"], 0],
    [["ONLY=this"], 4],
  ]);
});

test("the origin counts hooks of one kind", () => {
  expect(planHostHooks(SPEC, "createRuntime").map(({ origin }) => origin)).toEqual(["/hooks/createRuntime/0", "/hooks/createRuntime/1"]);
  expect(planHostHooks(SPEC, "poststop")).toEqual([]);
});

test("the state document is JSON around the pid, with annotations only if there are any", () => {
  const text = (spec: Spec): unknown => {
    const { head, tail } = stateDocument(spec, { bundle: hostPath("/b") }, "id", "creating");
    return JSON.parse(`${head}42${tail}`);
  };
  const bare = { ociVersion: "1.3.0", id: "id", status: "creating", pid: 42, bundle: "/b" };
  expect(text(SPEC)).toEqual(bare);
  expect(text({ ...SPEC, annotations: {} })).toEqual(bare);
  expect(text({ ...SPEC, annotations: { a: '"' } })).toEqual({ ...bare, annotations: { a: '"' } });
});
