/** The host's half of how a program is scheduled, while init waits to become it. */
import { RuntimeError } from "../../base/errors.ts";
import { describeHostStep } from "../../plan/describe.ts";
import { hostCallOf } from "../../plan/describe-call.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { errnoName } from "../../sys/errno.ts";
import { strerror } from "../../sys/libc.ts";
import { trySetIoPriority, trySetScheduler } from "../../sys/scheduling.ts";
import { IO_PRIORITY_HINTS, SCHEDULER_HINTS } from "./scheduling-hints.ts";

type Step<Op extends HostStep["op"]> = Extract<HostStep, { readonly op: Op }>;

export function setScheduler(pid: number, step: Step<"setScheduler">, origin: string): void {
  requireDone(trySetScheduler(pid, step), step, origin);
}

export function setIoPriority(pid: number, step: Step<"setIoPriority">, origin: string): void {
  requireDone(trySetIoPriority(pid, step.priority), step, origin);
}

function requireDone(result: number, step: Step<"setScheduler" | "setIoPriority">, origin: string): void {
  if (result >= 0) return;
  const hint = (step.op === "setScheduler" ? SCHEDULER_HINTS : IO_PRIORITY_HINTS)[-result];
  throw new RuntimeError("kernel", `cannot ${describeHostStep(step)}: ${strerror(-result)}`, {
    pointer: origin,
    call: hostCallOf(step),
    errno: errnoName(-result),
    ...(hint === undefined ? {} : { hint }),
  });
}
