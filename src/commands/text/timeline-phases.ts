/** The steps of a timeline, in phases that have the titles of `explain`. Pure. */
import type { TimedStep, Timeline } from "../../host/timeline/timeline.ts";
import { IN_STEP, START, titleOf } from "./explain-phases.ts";

export interface TimedPhase {
  readonly side: TimedStep["side"];
  readonly title: string;
  readonly steps: readonly TimedStep[];
}

const BESIDE = "lamina itself";

/** Neighbours in time of one side and title. A side that is interrupted by the other goes on with a phase of the same title. */
export function phasesOf({ command, steps }: Pick<Timeline, "command" | "steps">): TimedPhase[] {
  const phases: { side: TimedStep["side"]; title: string; steps: TimedStep[] }[] = [];
  const current = { host: BESIDE, init: command === "start" ? START : "first stage" };
  for (const step of steps) {
    const { side } = step;
    const title = titleOfStep(step) ?? current[side];
    current[side] = title;
    const last = phases.at(-1);
    if (last?.side === side && last.title === title) last.steps.push(step);
    else phases.push({ side, title, steps: [step] });
  }
  return phases;
}

/** The phases of one side alone. */
export function phasesOfSide({ command, steps }: Pick<Timeline, "command" | "steps">, side: TimedStep["side"]): TimedPhase[] {
  return phasesOf({ command, steps: steps.filter((step) => step.side === side) });
}

function titleOfStep({ side, op, origin, isWait }: TimedStep): string | undefined {
  if (side === "host" && isWait) return IN_STEP;
  return side === "host" && op === "" ? BESIDE : titleOf(side, op, origin);
}
