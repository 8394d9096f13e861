/** config.json `process`: user, capabilities, limits, working directory and program → the last steps of init. Pure. */

import { RuntimeError } from "../../base/errors.ts";
import { guestPath } from "../../base/paths.ts";
import type { Capabilities, MemoryPolicy, Personality, Process } from "../../spec/types.ts";
import type { HostFacts } from "../facts.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { CAPABILITIES, parseCapabilities } from "./capabilities.ts";
import { planMemoryPolicy } from "./memory-policy.ts";
import { personalityFlags } from "./personality.ts";
import { planRlimits } from "./rlimits.ts";
import { planStreamOwner } from "./streams.ts";

const DEFAULT_UMASK = 0o022;
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What of a container decides what its processes can be. */
export interface Surroundings {
  readonly personality: Personality | undefined;
  readonly memoryPolicy?: MemoryPolicy | undefined;
  /** Its user namespace: made for it, or one that it joins; undefined = the runtime's own. */
  readonly userNamespace: "new" | "joined" | undefined;
  /** Whether that, or the runtime's own, forbids setgroups(2). */
  readonly setgroupsDenied: boolean;
}

export interface IdentityPlan {
  readonly steps: readonly Planned<InitStep>[];
  /** Gives up what `until` asked for. */
  readonly last: readonly Planned<InitStep>[];
  readonly warnings: readonly string[];
}

/**
 * The bounding set and the limits are set while init still has the right to; the working directory is entered with the new
 * ids but the old capabilities, so that a directory only for the user and one only for root both work, as with runc.
 * The capabilities of `until` stay, effective and permitted, up to the last steps.
 */
export function planIdentity(process: Process, surroundings: Surroundings, facts: HostFacts, until = 0n): IdentityPlan {
  const { user = {} } = process;
  const { uid = 0, gid = 0, additionalGids = [] } = user;
  const { sets, ...capabilities } = planCapabilities(process.capabilities ?? {}, surroundings, facts);
  const capset = (more: bigint): Planned<InitStep> => ({
    origin: "/process/capabilities",
    step: { op: "capset", ...sets, effective: sets.effective | more, permitted: sets.permitted | more },
  });
  const { personality } = surroundings;
  const steps: Planned<InitStep>[] = [
    ...(personality ? [{ origin: "/linux/personality", step: { op: "personality", domain: personalityFlags(personality) } } as const] : []),
    ...planMemoryPolicy(surroundings.memoryPolicy),
    ...planRlimits(process.rlimits ?? []),
    ...(process.noNewPrivileges ? [{ origin: "/process/noNewPrivileges", step: { op: "noNewPrivileges" } } as const] : []),
    { origin: "/process/capabilities/bounding", step: { op: "dropBounding", keep: capabilities.bounding } },
    planStreamOwner(uid),
    ...(uid === 0 ? [] : [{ origin: "/process/user/uid", step: { op: "keepCapabilities" } } as const]),
    ...planGroups(additionalGids, surroundings),
    { origin: "/process/user/gid", step: { op: "setgid", gid } },
    { origin: "/process/cwd", onFailure: "else", step: { op: "chdir", path: guestPath(process.cwd) } },
    { origin: "/process/cwd", step: { op: "chdirAs", path: guestPath(process.cwd), uid } },
    { origin: "/process/user/uid", step: { op: "setuid", uid } },
    capset(until),
    { origin: "/process/capabilities/ambient", step: { op: "raiseAmbient", set: capabilities.ambient } },
    { origin: "/process/user/umask", step: { op: "umask", mask: user.umask ?? DEFAULT_UMASK } },
  ];
  return { steps, last: until === 0n ? [] : [capset(0n)], warnings: capabilities.warnings };
}

/** A user namespace without setgroups(2) (user_namespaces(7)) has no groups to drop: the call is omitted unless asked for. */
function planGroups(gids: readonly number[], { userNamespace, setgroupsDenied }: Surroundings): Planned<InitStep>[] {
  if (setgroupsDenied && gids.length === 0) return [];
  if (setgroupsDenied) {
    throw new RuntimeError("unsupported", "cannot set additional groups: this user cannot call setgroups(2)", {
      pointer: "/process/user/additionalGids",
      hint: "run as root, or install newuidmap and newgidmap and list ranges in /etc/subuid and /etc/subgid",
    });
  }
  const onFailure = userNamespace === "joined" && gids.length === 0 ? "ignore" : "stop"; // what it allows shows only inside; root dropped its groups earlier
  return [{ origin: "/process/user/additionalGids", onFailure, step: { op: "setgroups", gids } }];
}

/** A user namespace that is joined may forbid setgroups(2), and then our own groups would leak into it. `origin` asks for it, if any does. */
export function planForeignGroups(origin: string | undefined, { uid, setgroupsDenied }: HostFacts): Planned<InitStep>[] {
  return origin === undefined || uid !== 0 || setgroupsDenied ? [] : [{ origin, step: { op: "setgroups", gids: [] } }];
}

/** Who is in a user namespace has them all. */
export function grantableCapabilities(
  { userNamespace }: Pick<Surroundings, "userNamespace">,
  facts: Pick<HostFacts, "lastCapability" | "ownCapabilities">,
): bigint {
  return userNamespace === undefined ? facts.ownCapabilities : knownCapabilities(facts);
}

function knownCapabilities({ lastCapability }: Pick<HostFacts, "lastCapability">): bigint {
  return (2n << BigInt(lastCapability)) - 1n;
}

interface CapabilityPlan {
  readonly bounding: bigint;
  readonly sets: Readonly<Record<"effective" | "permitted" | "inheritable", bigint>>;
  readonly ambient: bigint;
  readonly warnings: readonly string[];
}

/** A capability that cannot be granted is a warning, not an error (runtime-spec, config.md, Linux Process). */
function planCapabilities(sets: Capabilities, surroundings: Surroundings, facts: HostFacts): CapabilityPlan {
  const origin = "/process/capabilities";
  const known = knownCapabilities(facts);
  const unknown = new Set<string>();
  const bitsOf = (names: readonly string[] | undefined): bigint => {
    const parsed = parseCapabilities(names ?? []);
    for (const name of [...parsed.unknown, ...namesOf(parsed.bits & ~known)]) unknown.add(name);
    return parsed.bits & known;
  };
  const grantable = grantableCapabilities(surroundings, facts);
  const [effective, permitted, inheritable] = [bitsOf(sets.effective), bitsOf(sets.permitted), bitsOf(sets.inheritable)];
  const ambient = bitsOf(sets.ambient);
  const raisable = ambient & permitted & inheritable & grantable; // the kernel refuses all others
  const missing = (effective | permitted | inheritable) & ~grantable;
  return {
    bounding: bitsOf(sets.bounding),
    sets: { effective: effective & grantable, permitted: permitted & grantable, inheritable: inheritable & grantable },
    ambient: raisable,
    warnings: [
      ...(unknown.size === 0 ? [] : [`ignoring unknown or unavailable capabilities: [${[...unknown].sort().join(" ")}] (${origin})`]),
      ...(missing === 0n ? [] : [`ignoring capabilities that the runtime itself lacks: ${namesOf(missing).join(", ")} (${origin})`]),
      ...ambientWarnings(ambient & ~raisable, `${origin}/ambient`),
    ],
  };
}

function namesOf(bits: bigint): string[] {
  if (bits === 0n) return []; // almost always
  return Object.entries(CAPABILITIES).flatMap(([name, number]) => ((bits >> BigInt(number)) & 1n ? [name] : []));
}

/** In runc's words, one warning per capability. */
function ambientWarnings(refused: bigint, origin: string): string[] {
  return namesOf(refused).map((name) => `can't raise ambient capability ${name}: operation not permitted (${origin})`);
}

/** Of a variable that is set twice the last value wins, in its own place, as with runc and crun. */
function lastOfEach(env: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const entry of env) {
    const [name = ""] = entry.split("=", 1);
    byName.delete(name);
    byName.set(name, entry);
  }
  return [...byName.values()];
}

/** An empty HOME counts as unset, as with runc. */
export function planEnvironment({ env = [] }: Process): readonly string[] {
  return lastOfEach(env).filter((entry) => entry !== "HOME=");
}

export function needsHome(env: readonly string[]): boolean {
  return !env.some((entry) => entry.startsWith("HOME="));
}

export interface ProgramPlan {
  /** Runs with the program's identity, so that it can learn nothing from a passwd file that the program cannot read. */
  readonly home: readonly Planned<InitStep>[];
  /** Runs while the engine still listens, so that a missing program makes `create` fail. */
  readonly find: readonly Planned<InitStep>[];
  readonly exec: readonly Planned<InitStep>[];
}

/** Of a container that can be created, and not started. */
export const NO_PROGRAM: ProgramPlan = { home: [], find: [], exec: [] };

export function planProgram(process: Process, preserveFds: number): ProgramPlan {
  const { args = [], user = {} } = process;
  const env = planEnvironment(process);
  const [name] = args;
  if (name === undefined) throw new RuntimeError("config", "cannot start a process: process.args is empty", { pointer: "/process/args" });
  const home: Planned<InitStep>[] = needsHome(env)
    ? [{ origin: "/process/user/uid", step: { op: "defaultHome", uid: user.uid ?? 0 } }]
    : [];
  const searchPath = env.findLast((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? DEFAULT_PATH;
  return {
    home,
    find: [{ origin: "/process/args/0", step: { op: "findExecutable", name, searchPath, magicLinks: isPreserved(name, preserveFds) } }],
    exec: [{ origin: "/process/args", step: { op: "exec", args, env } }],
  };
}

/** A program passed in as an open descriptor, as fexecve(3) runs one. No other name may lead through /proc/self/fd. */
function isPreserved(name: string, preserveFds: number): boolean {
  const fd = /^\/(?:proc\/self|dev)\/fd\/([3-9]|[1-9]\d{1,3})$/.exec(name)?.[1];
  return fd !== undefined && Number(fd) < 3 + preserveFds;
}
