/** Rules for `process`; the process.json of exec has to keep them too. */
import type { Process, Rlimit } from "../types.ts";
import { isNumberList } from "./number-list.ts";
import { NONE, type Problem, quote, type Rule, within } from "./rule.ts";
import { schedulerRules } from "./scheduler.ts";

export const processRules: readonly Rule<Process>[] = [
  cwdIsAbsolute,
  argsNameAProgram,
  envHasNames,
  consoleFitsTerminal,
  groupsFitKernel,
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

/** As the kernel keeps it (struct winsize). Without a terminal it says nothing. */
const LARGEST_SIDE = 65535;

function consoleFitsTerminal({ terminal, consoleSize }: Process): readonly Problem[] {
  if (terminal !== true || consoleSize === undefined) return NONE;
  return (["height", "width"] as const).flatMap((side) => {
    const length = consoleSize[side];
    return length <= LARGEST_SIDE ? [] : { pointer: `/consoleSize/${side}`, problem: `must be at most ${LARGEST_SIDE}, not ${length}` };
  });
}

/** NGROUPS_MAX */
const MOST_GROUPS = 65536;

function groupsFitKernel({ user }: Process): readonly Problem[] {
  const count = user?.additionalGids?.length ?? 0;
  return count <= MOST_GROUPS
    ? NONE
    : [{ pointer: "/user/additionalGids", problem: `must have at most ${MOST_GROUPS} items, not ${count}` }];
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
