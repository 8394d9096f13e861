/** What every plan is: the steps of both sides, and what the user should know beside. No code. */
import type { HostStep } from "./host-step.ts";
import type { InitStep, Planned } from "./step.ts";

export interface Steps {
  readonly host: readonly Planned<HostStep>[];
  readonly init: readonly Planned<InitStep>[];
  readonly warnings: readonly string[];
}
