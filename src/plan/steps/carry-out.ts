/** What a step's `onFailure` means, for all who carry out steps on the host's side. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { OnFailure, Planned } from "./step.ts";

/**
 * One step after the other. One behind a step with "else" is left out if that, its better alternative, has worked. `attempt` throws if the step cannot be carried
 * out; a RuntimeError of one that the plan can do without goes to `warn`, or is ignored, as the step says.
 */
export function carryOutSteps<S>(
  steps: readonly Planned<S>[],
  attempt: (planned: Planned<S>, index: number) => void,
  warn: (message: string) => void,
): void {
  let isDone = false; // the step before was this one's better alternative, and it worked
  let index = 0;
  for (const planned of steps) {
    const { onFailure = "stop" } = planned;
    try {
      if (!isDone) attempt(planned, index);
      isDone = onFailure === "else";
    } catch (error) {
      tolerate(error, onFailure, warn);
    }
    index++;
  }
}

function tolerate(error: unknown, onFailure: OnFailure, warn: (message: string) => void): void {
  if (!(error instanceof RuntimeError) || onFailure === "stop") throw error;
  if (onFailure === "warn") warn(error.message);
}
