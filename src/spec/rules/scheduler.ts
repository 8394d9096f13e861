/** Rules for `process.scheduler`: what sched_setattr(2) would refuse with a bare EINVAL, and what it would ignore. */
import type { Scheduler } from "../types.ts";
import { NONE, type Problem, type Rule } from "./rule.ts";

export const schedulerRules: readonly Rule<Scheduler>[] = [niceAndPriorityFitPolicy, timesFitPolicy];

function niceAndPriorityFitPolicy({ policy, nice, priority }: Scheduler): readonly Problem[] {
  const problems: Problem[] = [];
  const isRealtime = policy === "SCHED_FIFO" || policy === "SCHED_RR";
  if (nice !== undefined && (nice < -20 || nice > 19)) {
    problems.push({ pointer: "/nice", problem: `must be from -20 to 19, not ${nice}` });
  }
  if (!isRealtime && priority !== undefined && priority !== 0) {
    problems.push({ pointer: "/priority", problem: `is only valid with SCHED_FIFO and SCHED_RR, not with ${policy}` });
  }
  if (isRealtime && ((priority ?? 0) < 1 || (priority ?? 0) > 99)) {
    problems.push({
      pointer: priority === undefined ? "" : "/priority",
      problem: `${policy} needs a "priority" from 1 to 99, not ${priority ?? 0}`,
    });
  }
  return problems;
}

const TIMES = ["runtime", "deadline", "period"] as const;

/** In nanoseconds: what the kernel counts with, and what it takes at most for sysctl kernel.sched_deadline_period_max_us. */
const SHORTEST = 1024n;
const LONGEST = 4294967295000n;

function timesFitPolicy(scheduler: Scheduler): readonly Problem[] {
  const { policy } = scheduler;
  const times = TIMES.map((name) => ({ name, value: BigInt(scheduler[name] ?? 0) }));
  const given = times.filter(({ value }) => value !== 0n);
  if (policy !== "SCHED_DEADLINE") {
    return given.map(({ name }) => ({ pointer: `/${name}`, problem: `is only valid with SCHED_DEADLINE, not with ${policy}` }));
  }
  if (scheduler.flags?.includes("SCHED_FLAG_KEEP_PARAMS")) return NONE;
  const missing = times.find(({ name, value }) => name !== "period" && value === 0n);
  if (missing !== undefined)
    return [{ pointer: "", problem: `SCHED_DEADLINE needs "runtime" and "deadline": "${missing.name}" is missing` }];
  const misfits = given.filter(({ value }) => value < SHORTEST || value > LONGEST);
  const problems = misfits.map(({ name, value }) => ({
    pointer: `/${name}`,
    problem: `must be from ${SHORTEST} to ${LONGEST} nanoseconds, not ${value}`,
  }));
  return problems.length > 0 ? problems : inOrder(given);
}

/** A period that is not given is as long as the deadline. */
function inOrder(times: readonly { readonly name: string; readonly value: bigint }[]): readonly Problem[] {
  const at = times.findIndex(({ value }, i) => value > (times[i + 1]?.value ?? value));
  const [shorter, longer] = [times[at], times[at + 1]];
  if (shorter === undefined || longer === undefined) return NONE;
  return [{ pointer: `/${shorter.name}`, problem: `must not exceed "${longer.name}", which is ${longer.value}, not ${shorter.value}` }];
}
