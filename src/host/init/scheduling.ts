/** The host's half of how a program is scheduled, while init waits to become it. */
import { RuntimeError } from "../../base/errors.ts";
import { describeHostStep } from "../../plan/describe.ts";
import { hostCallOf } from "../../plan/describe-call.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { trySetIoPriority, trySetScheduler } from "../../sys/process/scheduling.ts";
import { IO_PRIORITY_HINTS, SCHEDULER_HINTS } from "./scheduling-hints.ts";

type SchedulingStep = Extract<HostStep, { readonly op: "setScheduler" | "setIoPriority" }>;

export function scheduleProcess(pid: number, step: SchedulingStep, origin: string): void {
  const isScheduler = step.op === "setScheduler";
  const result = isScheduler ? trySetScheduler(pid, step) : trySetIoPriority(pid, step.priority);
  if (result >= 0) return;
  const hint = (isScheduler ? SCHEDULER_HINTS : IO_PRIORITY_HINTS)[-result];
  throw new RuntimeError("kernel", `cannot ${describeHostStep(step)}: ${strerror(-result)}`, {
    pointer: origin,
    call: hostCallOf(step),
    errno: errnoName(-result),
    ...(hint === undefined ? {} : { hint }),
  });
}
