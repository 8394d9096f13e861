/**
 * A process, the container that it is for, and facts about both → the plan that executes it there. Read it from top to bottom for the
 * order of everything between `exec` and the program's first instruction. Pure.
 *
 * Processes of the container are hostile. So init joins by descriptors that the host has opened and looks up no name below the
 * container's root before everything of the host's is closed; and it enters the pid namespace, where it can be named, last: by then it
 * sees, holds and may do no more than the program (see late-pid.ts).
 */
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import type { SharedSettings } from "../spec/shared-settings.ts";
import type { IdMapping, NamespaceType, Process } from "../spec/types.ts";
import { type EnteredCgroups, planEnterCgroups, type UserUnit } from "./cgroup/enter-cgroups.ts";
import type { ExecFacts } from "./facts.ts";
import { type FilterPlan, planFilter } from "./filter/filter.ts";
import { firstMapped, hostId } from "./namespaces/id-maps.ts";
import { mayMount, NAMESPACE_FLAGS } from "./namespaces/namespaces.ts";
import { planAffinity } from "./process/affinity.ts";
import { planConsole, planControl } from "./process/console.ts";
import type { Handover } from "./process/handover.ts";
import { type IdentityPlan, planForeignGroups, planIdentity, planProgram, type Surroundings } from "./process/identity.ts";
import { labelKeyring, planExecLabel, requireLabels } from "./process/labels.ts";
import { planOomScore } from "./process/oom-score.ts";
import { planRaisedLimits } from "./process/rlimits.ts";
import { planScheduling } from "./process/scheduling.ts";
import { planStreamsFromOutside } from "./process/streams.ts";
import { enterResctrl, type ResctrlPlace } from "./resctrl.ts";
import type { HostStep } from "./steps/host-step.ts";
import { type InitStep, type Planned, SYNC_POINTS } from "./steps/step.ts";
import type { Steps } from "./steps/steps.ts";

/** What a container's record says of it. */
export interface ExecTarget extends SharedSettings {
  /** To be entered; see sub-cgroups.ts. */
  readonly cgroupPaths: Readonly<Record<string, HostPath>>;
  readonly unit?: UserUnit | undefined;
  readonly resctrl?: ResctrlPlace | undefined;
}

export interface ExecOptions extends Handover {
  /** The process goes on when the runtime has ended. */
  readonly detach: boolean;
}

export interface ExecInput {
  readonly process: Process;
  /** The container's own: who created it was warned of what it cannot have. */
  readonly first: Process;
  readonly target: ExecTarget;
  readonly facts: ExecFacts;
  readonly options: ExecOptions;
}

export function planExec(input: ExecInput): Steps {
  const { process, first, target, facts, options } = input;
  requireLabels({ process }, facts);
  const surroundings = surroundingsOf(input);
  const scheduling = planScheduling(process, false, facts);
  const entersPid = target.namespaces.includes("pid");
  const filter = planFilter(
    {
      seccomp: target.seccomp,
      process,
      userNamespace: surroundings.userNamespace,
      isSeen: isSeen(input),
      isScheduledLast: scheduling.init.length > 0,
    },
    facts,
  );
  const isLoadedLast = filter.host.length > 0 && filter.unseen.length === 0; // the listener's pid is that of the last stage
  if (isLoadedLast) requireUntraced(input, filter);
  const identityOf = (one: Process): IdentityPlan => planIdentity(one, surroundings, facts, filter.capabilities);
  const identity = identityOf(process);
  const program = planProgram(process, options.preserveFds);
  const cgroups = planCgroups(input);
  return {
    init: [
      ...planFirstStage(input, cgroups.init),
      ...planJoin(input),
      ...(target.newKeyring && facts.hasKeyrings ? labelKeyring(process, [own({ op: "newSessionKeyring" })]) : []),
      ...planConsole(process, false),
      { ...own({ op: "reopenNull", ofHost: false }), onFailure: "ignore" },
      ...planExecLabel(process, facts),
      own({ op: "letGo" }), // before any unguarded look-up of a name that the container controls: directory, program
      ...identity.steps,
      ...program.home,
      ...program.find,
      own({ op: "closeOnExec", first: 3 + options.preserveFds }),
      ...filter.unseen,
      ...(isLoadedLast ? [] : [...filter.early, ...identity.last]),
      ...(entersPid ? [own({ op: "cloneChild", flags: 0 })] : []),
      own({ op: "setsid" }),
      ...planControl(process),
      ...scheduling.init,
      ...(isLoadedLast ? [...filter.early, ...identity.last] : []),
      own({ op: "sync", point: SYNC_POINTS.ready }),
      ...filter.late,
      ...program.exec,
    ],
    host: planHost(input, filter, {
      ...cgroups,
      host: [...cgroups.host, ...(target.resctrl === undefined ? [] : enterResctrl(target.resctrl)), ...scheduling.host],
    }),
    warnings: identity.warnings.length === 0 ? [] : newOnes(identity.warnings, identityOf(first).warnings),
  };
}

function surroundingsOf(input: ExecInput): Surroundings {
  const { target, facts } = input;
  const { personality, memoryPolicy } = target;
  return joinsUser(input)
    ? { personality, memoryPolicy, userNamespace: "joined", setgroupsDenied: facts.container.setgroupsDenied }
    : { personality, memoryPolicy, userNamespace: undefined, setgroupsDenied: facts.setgroupsDenied };
}

/** Before its last stage others in the container's pid namespace see nothing of init; from inside a user namespace nobody may trace it. */
function isSeen(input: ExecInput): boolean {
  return input.target.namespaces.includes("pid") && !joinsUser(input);
}

/** A stage that somebody may trace is in all cgroups by then, or it fails: whatever it is made to start would stay outside. */
function planCgroups(input: ExecInput): EnteredCgroups {
  const { target, facts } = input;
  const { container, rootless } = facts;
  const isCrowded = container.isCrowded && !(isSeen(input) && container.hasTracer);
  return planEnterCgroups({ paths: target.cgroupPaths, container: { ...container, isCrowded }, rootless, unit: target.unit });
}

/** Who traces init in its last stage gets no more than the program's rights: where that is possible no filter that takes more is loaded there. */
function requireUntraced(input: ExecInput, { capabilities }: FilterPlan): void {
  if (capabilities === 0n || !isSeen(input) || !input.facts.container.hasTracer) return;
  throw new RuntimeError(
    "unsupported",
    "cannot load a system call filter with a listener where others may trace a process that needs CAP_SYS_ADMIN for it",
    {
      pointer: "/process/noNewPrivileges",
      hint: "use --no-new-privs, or set noNewPrivileges in the process.json, or let the filter allow what init calls (docs/security.md)",
    },
  );
}

function newOnes(warnings: readonly string[], known: readonly string[]): string[] {
  return warnings.filter((warning) => !known.includes(warning));
}

/** With the host's rights, and outside of everything. The cgroups come last: what the container may use is all that is left then. */
function planFirstStage(input: ExecInput, cgroups: readonly Planned<InitStep>[]): Planned<InitStep>[] {
  const { process, target, facts } = input;
  return [
    ...planOomScore(process, facts),
    ...planRaisedLimits(process.rlimits ?? [], facts.limits),
    ...planAffinity(process, "initial"),
    ...(mayMount(facts) ? [own({ op: "reopenNull", ofHost: true })] : []), // should the container have no null device of its own
    ...(joinsUser(input) ? planStreamsFromOutside(process, hostId(process.user?.uid ?? 0, target.uidMappings ?? []), facts) : []),
    ...cgroups,
    ...planAffinity(process, "final"),
  ];
}

/**
 * All namespaces by one setns(2), which asks for rights over each with what the caller is before and after. In a user namespace init
 * has all capabilities but no id of its own, until it becomes the root of it; and the host's groups would come along.
 */
function planJoin(input: ExecInput): Planned<InitStep>[] {
  const { target, facts } = input;
  const { sharesMountNamespace, isRootOpen } = facts.container;
  const isUser = joinsUser(input);
  const wanted = target.namespaces.filter((type) => type !== "user" || isUser);
  const all: readonly NamespaceType[] = wanted.includes("mount") || sharesMountNamespace ? wanted : [...wanted, "mount"];
  const flags = all.reduce((sum, type) => sum | NAMESPACE_FLAGS[type], 0);
  return [
    ...planForeignGroups(isUser ? "" : undefined, facts),
    ...(flags === 0 ? [] : [own({ op: "joinProcess", flags })]),
    ...(isUser ? becomeRoot(target) : []),
    ...(isRootOpen ? [own({ op: "joinRoot" })] : []),
  ];
}

/** setns(2) refuses the user namespace that the caller is in. */
function joinsUser({ target, facts }: ExecInput): boolean {
  return target.namespaces.includes("user") && !facts.container.sharesUserNamespace;
}

/** One that the container has joined may lack id 0; then init has an unmapped id, and the program's own come later and must work. */
function becomeRoot({ uidMappings, gidMappings }: ExecTarget): Planned<InitStep>[] {
  const id = (mappings: readonly IdMapping[] | undefined): number => (mappings === undefined ? 0 : firstMapped(mappings));
  return [
    { ...own({ op: "setgid", gid: id(gidMappings) }), onFailure: "ignore" },
    { ...own({ op: "setuid", uid: id(uidMappings) }), onFailure: "ignore" },
  ];
}

/** The pid is written down when the program runs, as in runc: a file that exists promises that much. */
function planHost({ process, options }: ExecInput, filter: FilterPlan, { meeting, host: last }: EnteredCgroups): Planned<HostStep>[] {
  const { detach, pidfdSocket, pidFile } = options;
  const meet = [hostStep({ op: "await", point: "cgroup" }), ...meeting, hostStep({ op: "release", point: "cgroup" })];
  return [
    hostStep({ op: "spawnInit" }),
    ...(meeting.length === 0 ? [] : meet),
    ...(filter.unseen.length > 0 ? [] : filter.host),
    hostStep({ op: "await", point: "ready" }),
    ...(filter.unseen.length > 0 ? filter.host : []), // the listener is told the pid of the last stage
    ...last,
    ...(pidfdSocket === undefined ? [] : [hostStep({ op: "sendPidfd", socket: pidfdSocket, name: "setns" })]),
    ...(process.terminal === true && !detach ? [hostStep({ op: "takeTerminal" })] : []),
    hostStep({ op: "release", point: "ready" }),
    hostStep({ op: "awaitExec" }),
    ...(pidFile === undefined ? [] : [hostStep({ op: "writePidFile", path: pidFile })]),
  ];
}

function own(step: InitStep): Planned<InitStep> {
  return { origin: "", step };
}

function hostStep(step: HostStep): Planned<HostStep> {
  return { origin: "", step };
}
