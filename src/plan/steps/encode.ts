/** A plan of init steps → the bytes that native init reads. Pure; the format is drawn in wire.ts. */
import { RuntimeError } from "../../base/errors.ts";
import { type Packable, pack } from "../../base/pack.ts";
import { type InitStep, ON_FAILURE, type Planned } from "./step.ts";
import { ROWS } from "./wire-fields.ts";
import { WIRE_ID } from "./wire-id.ts";

/** Throws code "config" if a string contains a NUL byte, which no system call can carry. */
export function encodePlan(plan: readonly Planned<InitStep>[]): Uint8Array {
  const steps: Packable[] = [];
  for (const planned of plan) {
    const { step } = planned;
    const row = ROWS[step.op];
    const fields = row.fields as (one: InitStep) => Packable[]; // of this row, hence of this step
    steps.push(row.code, planned.onFailure === undefined ? ON_FAILURE.stop : ON_FAILURE[planned.onFailure], fields(step));
  }
  try {
    return pack([WIRE_ID, plan.length, steps]);
  } catch (error) {
    requireNoNul(plan);
    throw error;
  }
}

function requireNoNul(plan: readonly Planned<InitStep>[]): void {
  for (const { step, origin } of plan) {
    const text = Object.values(step)
      .flat()
      .find((value) => typeof value === "string" && value.includes("\0"));
    if (text === undefined) continue;
    throw new RuntimeError("config", `cannot pass ${JSON.stringify(text)} to the kernel: it contains a NUL byte`, { pointer: origin });
  }
}
