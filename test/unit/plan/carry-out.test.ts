import { expect, test } from "bun:test";
import { RuntimeError } from "../../../src/base/errors.ts";
import { carryOutSteps } from "../../../src/plan/steps/carry-out.ts";
import type { OnFailure } from "../../../src/plan/steps/step.ts";

/** What was attempted, and what was warned of; a capital letter is a step that fails. */
function carryOut(steps: readonly (readonly [string, OnFailure?])[]): { readonly attempted: string; readonly warnings: string[] } {
  let attempted = "";
  const warnings: string[] = [];
  const planned = steps.map(([step, onFailure]) => ({ step, origin: "", ...(onFailure && { onFailure }) }));
  const attempt = ({ step }: { readonly step: string }, index: number): void => {
    expect(planned[index]?.step).toBe(step);
    attempted += step;
    if (step === step.toUpperCase()) throw new RuntimeError("kernel", `${step} failed`);
  };
  carryOutSteps(planned, attempt, (message) => warnings.push(message));
  return { attempted, warnings };
}

test("an alternative is for a step that failed, and so on along a chain of them", () => {
  const chain = (first: string, second: string) => carryOut([[first, "else"], [second, "else"], ["c"], ["d"]]).attempted;
  expect([chain("a", "b"), chain("A", "b"), chain("A", "B")]).toEqual(["ad", "Abd", "ABcd"]);
});

test("what the plan can do without is warned of, or not even that; anything else ends it", () => {
  expect(carryOut([["A", "warn"], ["B", "ignore"], ["c"]])).toEqual({ attempted: "ABc", warnings: ["A failed"] });
  expect(() => carryOut([["A"], ["b"]])).toThrow("A failed");
  const bug = new TypeError("a bug");
  const attempt = (): never => {
    throw bug;
  };
  expect(() => carryOutSteps([{ step: 1, origin: "", onFailure: "ignore" }], attempt, () => undefined)).toThrow(bug);
});
