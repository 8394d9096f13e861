/**
 * config.json `process.scheduler` and `process.ioPriority` → how the kernel schedules the program. sched(7), ioprio_set(2). Pure.
 *
 * A child may be reset to the usual policy (SCHED_FLAG_RESET_ON_FORK), and a process with a deadline can have none. So this is set when init
 * has become what executes the program: by the host, which keeps its rights, or else by init itself.
 */

import { RuntimeError } from "../../base/errors.ts";
import type { IoPriority, Process, Scheduler } from "../../spec/types.ts";
import type { HostFacts } from "../facts.ts";
import type { HostStep } from "../steps/host-step.ts";
import type { SchedulingStep } from "../steps/scheduling-step.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { CAPABILITIES } from "./capabilities.ts";

/** SCHED_* (linux/sched.h). SCHED_ISO has a number, but no kernel has it. */
export const SCHEDULER_POLICIES = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RR: 2,
  SCHED_BATCH: 3,
  SCHED_ISO: 4,
  SCHED_IDLE: 5,
  SCHED_DEADLINE: 6,
} as const satisfies Record<Scheduler["policy"], number>;

/** SCHED_FLAG_* (linux/sched.h). */
export const SCHEDULER_FLAGS = {
  SCHED_FLAG_RESET_ON_FORK: 0x01n,
  SCHED_FLAG_RECLAIM: 0x02n,
  SCHED_FLAG_DL_OVERRUN: 0x04n,
  SCHED_FLAG_KEEP_POLICY: 0x08n,
  SCHED_FLAG_KEEP_PARAMS: 0x10n,
  SCHED_FLAG_UTIL_CLAMP_MIN: 0x20n,
  SCHED_FLAG_UTIL_CLAMP_MAX: 0x40n,
} as const satisfies Record<NonNullable<Scheduler["flags"]>[number], bigint>;

/** IOPRIO_CLASS_* (linux/ioprio.h). */
export const IO_CLASSES = {
  IOPRIO_CLASS_RT: 1,
  IOPRIO_CLASS_BE: 2,
  IOPRIO_CLASS_IDLE: 3,
} as const satisfies Record<IoPriority["class"], number>;

/** Bits of the level within a class (linux/ioprio.h, IOPRIO_CLASS_SHIFT). */
export const IO_CLASS_SHIFT = 13;

type SchedulerStep = Extract<SchedulingStep, { readonly op: "setScheduler" }>;
type IoPriorityStep = Extract<SchedulingStep, { readonly op: "setIoPriority" }>;

export interface SchedulingPlan {
  readonly init: readonly Planned<InitStep>[];
  readonly host: readonly Planned<HostStep>[];
}

/** `hasStartHooks`: init is to run hooks after this. */
export function planScheduling(process: Process, hasStartHooks: boolean, facts: HostFacts): SchedulingPlan {
  const { scheduler, ioPriority } = process;
  const steps: Planned<SchedulerStep | IoPriorityStep>[] = [];
  if (scheduler !== undefined) steps.push({ origin: "/process/scheduler", step: planScheduler(scheduler, hasStartHooks) });
  if (ioPriority !== undefined) steps.push({ origin: "/process/ioPriority", step: planIoPriority(ioPriority) });
  return mayScheduleOthers(facts) ? { init: [], host: steps } : { init: steps, host: [] };
}

/** The kernel asks for the capability in the first user namespace. */
function mayScheduleOthers({ inUserNamespace, ownCapabilities }: HostFacts): boolean {
  return !inUserNamespace && ((ownCapabilities >> BigInt(CAPABILITIES.CAP_SYS_NICE)) & 1n) === 1n;
}

function planScheduler(scheduler: Scheduler, hasStartHooks: boolean): SchedulerStep {
  const { policy, nice = 0, priority = 0, flags = [], runtime = 0, deadline = 0, period = 0 } = scheduler;
  if (policy === "SCHED_ISO") {
    throw new RuntimeError("unsupported", "cannot schedule the process as SCHED_ISO: Linux has reserved the name, and no such policy", {
      pointer: "/process/scheduler/policy",
      hint: `accepted are ${Object.keys(SCHEDULER_POLICIES)
        .filter((name) => name !== "SCHED_ISO")
        .join(", ")}`,
    });
  }
  if (policy === "SCHED_DEADLINE" && hasStartHooks && !flags.includes("SCHED_FLAG_RESET_ON_FORK")) {
    throw new RuntimeError("config", "cannot run startContainer hooks as SCHED_DEADLINE: such a process can start no other", {
      pointer: "/process/scheduler/flags",
      hint: "add SCHED_FLAG_RESET_ON_FORK, or leave out the hooks",
    });
  }
  return {
    op: "setScheduler",
    policy: SCHEDULER_POLICIES[policy],
    flags: flags.reduce((bits, flag) => bits | SCHEDULER_FLAGS[flag], 0n),
    nice,
    priority,
    runtime: BigInt(runtime),
    deadline: BigInt(deadline),
    period: BigInt(period),
  };
}

function planIoPriority({ class: name, priority = 0 }: IoPriority): IoPriorityStep {
  return { op: "setIoPriority", priority: (IO_CLASSES[name] << IO_CLASS_SHIFT) | priority };
}

/** What follows "schedule the program ". */
export function schedulerWords({ policy, flags, nice, priority, runtime, deadline, period }: SchedulerStep): string {
  const name = Object.entries(SCHEDULER_POLICIES).find(([, number]) => number === policy)?.[0] ?? `policy ${policy}`;
  const flagWords = Object.entries(SCHEDULER_FLAGS).filter(([, bit]) => (flags & bit) !== 0n);
  const numbers = { nice, priority, runtime, deadline, period };
  const words = Object.entries(numbers).filter(([, value]) => BigInt(value) !== 0n);
  return [`as ${name}`, ...words.map(([key, value]) => `${key} ${value}`), ...flagWords.map(([flag]) => flag)].join(", ");
}

/** `IOPRIO_CLASS_BE 4` for the number that stands for it. */
export function ioPriorityWords({ priority }: IoPriorityStep): string {
  const group = priority >> IO_CLASS_SHIFT;
  const name = Object.entries(IO_CLASSES).find(([, number]) => number === group)?.[0] ?? `class ${group}`;
  return `${name} ${priority & ((1 << IO_CLASS_SHIFT) - 1)}`;
}
