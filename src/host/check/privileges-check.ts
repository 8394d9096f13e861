/** What the caller may not do of what the plan needs: capabilities, limits, id maps. capabilities(7), user_namespaces(7). */

import { describeHostStep, describeStep } from "../../plan/describe.ts";
import { planIdMaps } from "../../plan/namespaces/id-maps.ts";
import { NAMESPACE_FLAGS } from "../../plan/namespaces/namespaces.ts";
import type { Plan } from "../../plan/plan-container.ts";
import { CAPABILITIES } from "../../plan/process/capabilities.ts";
import { RLIMITS } from "../../plan/process/rlimits.ts";
import { IO_CLASS_SHIFT, IO_CLASSES, SCHEDULER_POLICIES } from "../../plan/process/scheduling.ts";
import type { InitStep, Planned } from "../../plan/steps/step.ts";
import { readTextIfThere } from "../../sys/file/file.ts";
import { findProgram } from "../../sys/process/find-program.ts";
import { readLimit } from "../../sys/process/process.ts";
import { type CheckHost, type Finding, type HostCheck, hasCapability, lookAt, makesUserNamespace } from "./bundle-check.ts";

type Capability = keyof typeof CAPABILITIES;

export function checkPrivileges(plan: Plan, host: CheckHost): Finding[] {
  return [...checkSteps(plan, host), ...checkCgroups(plan, host), ...checkNetDevices(plan, host), ...checkScheduling(plan)];
}

/** The first that cannot be made says enough. */
function checkCgroups(plan: Plan, host: CheckHost): Finding[] {
  if (!host.rootless && hasCapability(host, CAPABILITIES.CAP_DAC_OVERRIDE)) return [];
  for (const { step, origin, onFailure = "stop" } of plan.host) {
    if (step.op !== "makeCgroup" || onFailure !== "stop" || mayWriteAbove(step.path, host)) continue;
    const hint = "have a cgroup delegated to the user (systemd: Delegate=yes), or remove linux.cgroupsPath and linux.resources";
    return [{ severity: "error", pointer: origin, problem: `this user may not make the cgroup ${step.path}`, hint }];
  }
  return [];
}

function checkNetDevices({ host: steps }: Plan, host: CheckHost): Finding[] {
  const first = steps.find(({ step }) => step.op === "moveNetDevice");
  if (first === undefined || hasCapability(host, CAPABILITIES.CAP_NET_ADMIN)) return [];
  const problem = `this user lacks CAP_NET_ADMIN, without which lamina cannot ${describeHostStep(first.step)}`;
  return [{ severity: "error", pointer: first.origin, problem, hint: "run as root of the user namespace that owns the host's network" }];
}

/** By the mode of the nearest directory that is there: whoever may write to it may make what is missing. */
function mayWriteAbove(path: string, { uid, gid }: Pick<CheckHost, "uid" | "gid">): boolean {
  const found = lookAt(path);
  if (found === "missing") return path !== "/" && mayWriteAbove(path.slice(0, path.lastIndexOf("/")) || "/", { uid, gid });
  if ("reason" in found) return false;
  const bit = found.uid === uid ? 0o200 : found.gid === gid ? 0o020 : 0o002;
  return (found.mode & bit) !== 0;
}

/** One finding for each capability, with the first step that needs it. */
function checkSteps(plan: Plan, host: CheckHost): Finding[] {
  const lacking = new Map<Capability, Planned<InitStep>>();
  for (const planned of withHostPrivileges(plan.init)) {
    const need = (planned.onFailure ?? "stop") === "stop" ? needOf(planned.step, host) : undefined;
    if (need === undefined || hasCapability(host, CAPABILITIES[need]) || lacking.has(need)) continue;
    lacking.set(need, planned);
  }
  const hint = 'run as root, or add {"type": "user"} to linux.namespaces with mappings';
  return [...lacking].map(([need, { step, origin }]) => ({
    severity: "error",
    pointer: origin,
    problem: `this user lacks ${need}, without which lamina cannot ${describeStep(step)}`,
    hint,
  }));
}

/** Up to a user namespace, in which init has every capability. */
function withHostPrivileges(init: Plan["init"]): Plan["init"] {
  const end = init.findIndex(
    ({ step }) =>
      (step.op === "unshare" && (step.flags & NAMESPACE_FLAGS.user) !== 0) ||
      (step.op === "joinNamespace" && step.type === NAMESPACE_FLAGS.user),
  );
  return end < 0 ? init : init.slice(0, end);
}

/** A plan has these steps for init only if the host may not take them; then the limits of the process may still allow them. */
function checkScheduling({ init }: Plan): Finding[] {
  return init
    .filter(({ step }) => takesNice(step))
    .map(({ step, origin }) => ({
      severity: "warning",
      pointer: origin,
      problem: `this user lacks CAP_SYS_NICE on the host, without which only limits of the process let it ${describeStep(step)}`,
      hint: "run as root, or have RLIMIT_RTPRIO and RLIMIT_NICE raised",
    }));
}

function takesNice(step: InitStep): boolean {
  if (step.op === "setIoPriority") return step.priority >> IO_CLASS_SHIFT === IO_CLASSES.IOPRIO_CLASS_RT;
  return step.op === "setScheduler" && (TIMED.has(step.policy) || step.nice < 0);
}

/** Policies that come before all others. */
const TIMED: ReadonlySet<number> = new Set([SCHEDULER_POLICIES.SCHED_FIFO, SCHEDULER_POLICIES.SCHED_RR, SCHEDULER_POLICIES.SCHED_DEADLINE]);

const FIFO = 0o010000;
const FILE_TYPE = 0o170000;

function needOf(step: InitStep, { uid, gid }: CheckHost): Capability | undefined {
  switch (step.op) {
    case "joinNamespace":
    case "unshare":
    case "setPropagation":
    case "openTree":
    case "newFilesystem":
    case "newTmpfs":
    case "mountFilesystem":
    case "leadOpener":
    case "newProc":
    case "mountAttributes":
    case "idmapMount":
    case "attachRoot":
    case "attach":
    case "remount":
    case "targetAttributes":
    case "pivotRoot":
    case "moveRoot":
    case "placeRoot":
    case "sethostname":
    case "setdomainname":
      return "CAP_SYS_ADMIN";
    case "cloneChild":
      return step.flags === 0 ? undefined : "CAP_SYS_ADMIN";
    case "mknod":
      return (step.mode & FILE_TYPE) === FIFO ? undefined : "CAP_MKNOD";
    case "chroot":
      return "CAP_SYS_CHROOT";
    case "loopbackUp":
      return "CAP_NET_ADMIN";
    case "setgroups":
      return "CAP_SETGID";
    case "setgid":
      return step.gid === gid ? undefined : "CAP_SETGID";
    case "setuid":
      return step.uid === uid ? undefined : "CAP_SETUID";
    case "dropBounding":
      return "CAP_SETPCAP";
    default:
      return undefined;
  }
}

const HARD_LIMIT_HINT = "raising a hard limit needs CAP_SYS_RESOURCE in the host's user namespace";

export const checkRlimits: HostCheck = (spec, host) => {
  if (mayRaise(host) && !makesUserNamespace(spec)) return [];
  return (spec.process?.rlimits ?? []).flatMap(({ type, hard }, i): Finding[] => {
    const own = readLimit(0, RLIMITS[type]);
    if (own === undefined || BigInt(hard) <= own.hard) return [];
    const problem = `${type} of ${hard} is above this user's hard limit of ${own.hard}`;
    return [{ severity: "error", pointer: `/process/rlimits/${i}/hard`, problem, hint: HARD_LIMIT_HINT }];
  });
};

/** Rootless, a score that is refused is left as it was. */
export const checkOomScore: HostCheck = ({ process }, host) => {
  const wanted = process?.oomScoreAdj;
  const own = Number(readTextIfThere("/proc/self/oom_score_adj") ?? "0");
  if (wanted === undefined || wanted >= own || mayRaise(host)) return [];
  const problem = `a score of ${wanted} is below this process's own ${own}, which needs CAP_SYS_RESOURCE`;
  return [{ severity: host.rootless ? "warning" : "error", pointer: "/process/oomScoreAdj", problem }];
};

function mayRaise(host: CheckHost): boolean {
  return !host.rootless && hasCapability(host, CAPABILITIES.CAP_SYS_RESOURCE);
}

export const checkIdMapHelpers: HostCheck = (spec, { uid, gid }) => {
  if (uid === 0 || planIdMaps(spec, { uid, gid })?.byHelper !== true) return [];
  return (["newuidmap", "newgidmap"] as const)
    .filter((name) => findProgram(name) === undefined)
    .map((name) => ({
      severity: "error",
      pointer: name === "newuidmap" ? "/linux/uidMappings" : "/linux/gidMappings",
      problem: `ranges of ids are mapped by ${name}, which is not on PATH`,
      hint: `install ${name} (package uidmap) and list ranges in /etc/sub${name === "newuidmap" ? "uid" : "gid"}, or map only your own id`,
    }));
};
