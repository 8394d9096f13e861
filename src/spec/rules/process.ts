/** Rules for `process`; the process.json of exec has to keep them too. */
import type { Process, Rlimit, Scheduler } from "../types.ts";
import { isNumberList } from "./number-list.ts";
import { NONE, type Problem, quote, type Rule, within } from "./rule.ts";

export const processRules: readonly Rule<Process>[] = [
  cwdIsAbsolute,
  argsNameAProgram,
  envHasNames,
  within("/rlimits", (process) => process.rlimits, [rlimitsAreDistinct, softLimitsFitUnderHard]),
  within("/scheduler", (process) => process.scheduler, [schedulerFitsPolicy]),
  within("/execCPUAffinity", (process) => process.execCPUAffinity, [affinityListsProcessors]),
];

function cwdIsAbsolute({ cwd }: Process): readonly Problem[] {
  return cwd.startsWith("/") ? NONE : [{ pointer: "/cwd", problem: `must be an absolute path, not ${quote(cwd)}` }];
}

function argsNameAProgram({ args }: Process): readonly Problem[] {
  if (args === undefined) return [{ pointer: "", problem: '"args" is missing' }];
  return args.length > 0 ? NONE : [{ pointer: "/args", problem: "must name a program, but is empty" }];
}

/** runc refuses such entries too, but only when the container starts. */
function envHasNames({ env }: Process): readonly Problem[] {
  if (env === undefined) return NONE;
  const problems: Problem[] = [];
  for (let i = 0; i < env.length; i++) {
    const entry = env[i] ?? "";
    if (entry.indexOf("=") < 1) problems.push({ pointer: `/env/${i}`, problem: `must be NAME=value, not ${quote(entry)}` });
  }
  return problems;
}

function rlimitsAreDistinct(rlimits: readonly Rlimit[]): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const [i, { type }] of rlimits.entries()) {
    if (seen.has(type)) problems.push({ pointer: `/${i}/type`, problem: `must not be given twice: ${quote(type)}` });
    seen.add(type);
  }
  return problems;
}

function softLimitsFitUnderHard(rlimits: readonly Rlimit[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [i, { soft, hard }] of rlimits.entries()) {
    if (soft > hard) problems.push({ pointer: `/${i}/soft`, problem: `must not exceed "hard", which is ${hard}, not ${soft}` });
  }
  return problems;
}

/** What sched_setattr(2) would refuse with a bare EINVAL, and what it would ignore. */
function schedulerFitsPolicy({ policy, nice, priority, runtime, deadline, period }: Scheduler): readonly Problem[] {
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
  for (const [name, value] of Object.entries({ runtime, deadline, period })) {
    if (policy !== "SCHED_DEADLINE" && value !== undefined && BigInt(value) !== 0n) {
      problems.push({ pointer: `/${name}`, problem: `is only valid with SCHED_DEADLINE, not with ${policy}` });
    }
  }
  return problems;
}

function affinityListsProcessors(affinity: NonNullable<Process["execCPUAffinity"]>): readonly Problem[] {
  return (["initial", "final"] as const).flatMap((name) => {
    const list = affinity[name] ?? "";
    return list === "" || isNumberList(list) ? [] : { pointer: `/${name}`, problem: `must be a list such as "0-3,7", not ${quote(list)}` };
  });
}
