/** Rules for `process`; the process.json of exec has to keep them too. */
import type { Process, Rlimit } from "../types.ts";
import { isNumberList } from "./number-list.ts";
import { NONE, type Problem, quote, type Rule, within } from "./rule.ts";
import { schedulerRules } from "./scheduler.ts";

export const processRules: readonly Rule<Process>[] = [
  cwdIsAbsolute,
  argsNameAProgram,
  envHasNames,
  within("/rlimits", (process) => process.rlimits, [rlimitsAreDistinct, softLimitsFitUnderHard]),
  within("/scheduler", (process) => process.scheduler, schedulerRules),
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

function affinityListsProcessors(affinity: NonNullable<Process["execCPUAffinity"]>): readonly Problem[] {
  return (["initial", "final"] as const).flatMap((name) => {
    const list = affinity[name] ?? "";
    return list === "" || isNumberList(list) ? [] : { pointer: `/${name}`, problem: `must be a list such as "0-3,7", not ${quote(list)}` };
  });
}
