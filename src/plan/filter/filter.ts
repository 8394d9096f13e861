/**
 * config.json `linux.seccomp` → when init loads the filter, which facts has compiled. What follows the loading is subject to the
 * filter, so as little as possible follows it. Pure.
 */
import { hostPath } from "../../base/paths.ts";
import type { Process, Seccomp } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import { CAPABILITIES } from "../process/capabilities.ts";
import { grantableCapabilities, type Surroundings } from "../process/identity.ts";
import type { HostStep } from "../steps/host-step.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { FILTER_FLAGS, NEW_LISTENER } from "./filter-words.ts";

const ORIGIN = "/linux/seccomp";
const SYS_ADMIN = 1n << BigInt(CAPABILITIES.CAP_SYS_ADMIN);

export interface FilterPlan {
  /**
   * While the host listens: because loading it takes a capability that the program does not get, or because the host passes the
   * listener on. Otherwise after `start`.
   */
  readonly early: readonly Planned<InitStep>[];
  readonly late: readonly Planned<InitStep>[];
  /** Instead of both: before the stage that others can see, who could trace it (host/facts/last-stage.ts). */
  readonly unseen: readonly Planned<InitStep>[];
  /** What init has to be able to do until the early filter is loaded, and the program perhaps not. */
  readonly capabilities: bigint;
  readonly host: readonly Planned<HostStep>[];
}

const NONE: FilterPlan = { early: [], late: [], unseen: [], capabilities: 0n, host: [] };

export interface FilterInput {
  readonly seccomp: Seccomp | undefined;
  readonly process: Process;
  readonly userNamespace: Surroundings["userNamespace"];
  /** Init's last stage enters a pid namespace that has processes. */
  readonly isSeen: boolean;
  /** In that stage init makes calls for its scheduling, which filters often forbid. */
  readonly isScheduledLast: boolean;
}

type FactsOfFilter = Pick<Facts, "filter" | "lastCapability" | "ownCapabilities">;

export function planFilter(input: FilterInput, facts: FactsOfFilter): FilterPlan {
  const { seccomp, process } = input;
  const { filter } = facts;
  if (seccomp === undefined || filter === undefined) return NONE;
  const listener = listenerOf(seccomp);
  const isLoadable = process.noNewPrivileges === true || hasAdmin(input, facts);
  const capabilities = isLoadable ? 0n : SYS_ADMIN & grantableCapabilities(input, facts);
  const isAdmitted = listener === undefined ? isLoadable : filter.admitsSendmsg && (capabilities === 0n || filter.admitsCapset);
  const isUnseen = input.isSeen && filter.admitsLastStage && !input.isScheduledLast && isAdmitted;
  const when = isUnseen ? "unseen" : isLoadable && listener === undefined ? "late" : "early";
  const flags = filterFlags(seccomp) | (listener === undefined ? 0 : NEW_LISTENER);
  const load: Planned<InitStep> = {
    origin: ORIGIN,
    note: `${defaultWords(seccomp)}${ruleWords(seccomp)}, ${filter.isCached ? "from the cache" : "compiled now"}`,
    step: { op: "loadFilter", flags, byThread: listener !== undefined && !isUnseen, program: filter.program },
  };
  const at = (time: typeof when): Planned<InitStep>[] => (time === when ? [load] : []);
  return {
    early: at("early"),
    late: at("late"),
    unseen: at("unseen"),
    capabilities,
    host: listener === undefined ? [] : [{ origin: `${ORIGIN}/listenerPath`, step: listener }],
  };
}

/** Without a list, as with runc, the program is spared the mitigations of speculation attacks that a filter otherwise brings. */
function filterFlags({ flags = ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"] }: Seccomp): number {
  return flags.reduce((bits, flag) => bits | FILTER_FLAGS[flag], 0);
}

/** A listenerPath without system calls to listen for is ignored (runtime-spec, config-linux.md, Seccomp). */
function listenerOf({ listenerPath = "", listenerMetadata = "", syscalls = [] }: Seccomp): ListenerStep | undefined {
  if (!syscalls.some(({ action }) => action === "SCMP_ACT_NOTIFY")) return undefined;
  return { op: "sendListener", socket: hostPath(listenerPath), metadata: listenerMetadata };
}

type ListenerStep = Extract<HostStep, { op: "sendListener" }>;

/** Whether somebody is to be told the pid of init, with a descriptor from it. */
export function hasListener(seccomp: Seccomp | undefined): boolean {
  return seccomp !== undefined && listenerOf(seccomp) !== undefined;
}

function hasAdmin(input: FilterInput, facts: FactsOfFilter): boolean {
  const isAsked = input.process.capabilities?.effective?.includes("CAP_SYS_ADMIN") ?? false;
  return isAsked && (grantableCapabilities(input, facts) & SYS_ADMIN) !== 0n;
}

function defaultWords({ defaultAction, defaultErrnoRet }: Seccomp): string {
  return `default ${defaultAction}${defaultErrnoRet === undefined ? "" : ` ${defaultErrnoRet}`}`;
}

function ruleWords({ syscalls = [] }: Seccomp): string {
  const names = syscalls.reduce((sum, rule) => sum + rule.names.length, 0);
  return `, ${syscalls.length} rule${syscalls.length === 1 ? "" : "s"} with ${names} name${names === 1 ? "" : "s"}`;
}
