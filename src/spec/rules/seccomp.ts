/** Rules for `linux.seccomp`. */
import type { Seccomp } from "../types.ts";
import { NONE, type Problem, type Rule } from "./rule.ts";

export const seccompRules: readonly Rule<Seccomp>[] = [
  errnoNeedsAnAction,
  errnoIsOne,
  metadataNeedsListener,
  notifyIsPossible,
  waitingNeedsNotify,
];

const TAKES_ERRNO: ReadonlySet<string> = new Set(["SCMP_ACT_ERRNO", "SCMP_ACT_TRACE"]);

function errnoNeedsAnAction({ defaultAction, defaultErrnoRet, syscalls = [] }: Seccomp): readonly Problem[] {
  const problems: Problem[] = [];
  if (defaultErrnoRet !== undefined && !TAKES_ERRNO.has(defaultAction)) {
    problems.push({
      pointer: "/defaultErrnoRet",
      problem: `is only valid with SCMP_ACT_ERRNO and SCMP_ACT_TRACE, not with ${defaultAction}`,
    });
  }
  for (let i = 0; i < syscalls.length; i++) {
    const rule = syscalls[i];
    if (rule?.errnoRet === undefined || TAKES_ERRNO.has(rule.action)) continue;
    problems.push({
      pointer: `/syscalls/${i}/errnoRet`,
      problem: `is only valid with SCMP_ACT_ERRNO and SCMP_ACT_TRACE, not with ${rule.action}`,
    });
  }
  return problems;
}

/** The highest that libseccomp takes; what a tracer is told may be any number. */
const HIGHEST_ERRNO = 4094;

function errnoIsOne({ defaultAction, defaultErrnoRet = 0, syscalls = [] }: Seccomp): readonly Problem[] {
  const problems: Problem[] = [];
  const require = (action: string, errno: number, pointer: string): void => {
    if (action !== "SCMP_ACT_ERRNO" || errno <= HIGHEST_ERRNO) return;
    problems.push({ pointer, problem: `must be at most ${HIGHEST_ERRNO} with SCMP_ACT_ERRNO, not ${errno}` });
  };
  require(defaultAction, defaultErrnoRet, "/defaultErrnoRet");
  for (let i = 0; i < syscalls.length; i++) {
    const { action = "", errnoRet = 0 } = syscalls[i] ?? {};
    require(action, errnoRet, `/syscalls/${i}/errnoRet`);
  }
  return problems;
}

function metadataNeedsListener({ listenerPath = "", listenerMetadata = "" }: Seccomp): readonly Problem[] {
  return listenerMetadata === "" || listenerPath !== ""
    ? NONE
    : [{ pointer: "/listenerMetadata", problem: 'must come together with "listenerPath"' }];
}

/** The runtime passes the listener on by write(2), so neither the default action nor write itself can wait for the listener. */
function notifyIsPossible({ defaultAction, listenerPath = "", syscalls = [] }: Seccomp): readonly Problem[] {
  if (defaultAction === "SCMP_ACT_NOTIFY") return [{ pointer: "/defaultAction", problem: "must not be SCMP_ACT_NOTIFY" }];
  const problems: Problem[] = [];
  for (let i = 0; i < syscalls.length; i++) {
    const rule = syscalls[i];
    if (rule?.action !== "SCMP_ACT_NOTIFY") continue;
    if (listenerPath === "") problems.push({ pointer: `/syscalls/${i}/action`, problem: 'SCMP_ACT_NOTIFY needs "listenerPath"' });
    const write = rule.names.indexOf("write");
    if (write !== -1)
      problems.push({ pointer: `/syscalls/${i}/names/${write}`, problem: "must not be write when the action is SCMP_ACT_NOTIFY" });
  }
  return problems;
}

const WAIT_KILLABLE = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

/** The kernel refuses the flag without a listener. */
function waitingNeedsNotify({ flags = [], syscalls = [] }: Seccomp): readonly Problem[] {
  const flag = flags.indexOf(WAIT_KILLABLE);
  if (flag === -1 || syscalls.some(({ action }) => action === "SCMP_ACT_NOTIFY")) return NONE;
  return [{ pointer: `/flags/${flag}`, problem: `must not be ${WAIT_KILLABLE} without a rule whose action is SCMP_ACT_NOTIFY` }];
}
