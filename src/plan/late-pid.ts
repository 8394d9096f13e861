/**
 * A pid namespace that is joined, in which others are already. Whoever has CAP_SYS_PTRACE there could enter what init sees as
 * its root, which is the host's at first, or do through it what it may. So it enters last, when it sees, holds and may do no
 * more than the program: setns(2) is for children, and the last of init's stages is born with all that.
 *
 * Until then procfs is that of a namespace init is not in, which Linux 6.18 can mount, though not by mount(2). Before that, and with
 * hooks that learn the container's pid before there is its last stage, the namespace is joined with the others; also where a user
 * namespace comes between, for in that nobody may inspect init. Pure.
 */
import type { Spec } from "../spec/types.ts";
import type { Facts } from "./facts.ts";
import { hasCreateHooks } from "./hooks.ts";
import { isolates, NAMESPACE_FLAGS, type Namespaces, openNamespace } from "./namespaces.ts";
import type { InitStep, Planned } from "./step.ts";

export interface LatePid {
  readonly origin: string;
  /** In the first stage. */
  readonly open: readonly Planned<InitStep>[];
  /** When nothing of the host's is needed any more. */
  readonly join: readonly Planned<InitStep>[];
  /** When init is who the program will be. */
  readonly enter: readonly Planned<InitStep>[];
}

/** Free of the others: seven at most are joined beside it, and count down from the slot below 8. */
const SLOT = 0;

interface LatePidInput {
  readonly spec: Spec;
  readonly namespaces: Namespaces;
  readonly facts: Facts;
  readonly mounts: readonly Planned<InitStep>[];
}

/** Undefined if there is nothing to be joined late. */
export function planLatePid({ spec, namespaces, facts, mounts }: LatePidInput): LatePid | undefined {
  const joined = namespaces.joined.find(({ type }) => type === "pid");
  if (joined === undefined || !facts.hasProcOfNamespace || isolates(namespaces, "user")) return undefined;
  if (!hasRoom(spec) || mounts.some(({ step }) => step.op === "mountFilesystem" && step.type === "proc")) return undefined;
  const { path, origin } = joined;
  const plan = (step: InitStep): Planned<InitStep> => ({ origin, step });
  return {
    origin,
    open: [openNamespace(SLOT, path, origin)],
    join: [plan({ op: "joinNamespace", slot: SLOT, type: NAMESPACE_FLAGS.pid })],
    enter: [plan({ op: "cloneChild", flags: 0 }), plan({ op: "setsid" })],
  };
}

/** For one more stage: neither has anybody been told of the one before, nor is that all that the cgroup holds. */
function hasRoom(spec: Spec): boolean {
  const limit = Number(spec.linux?.resources?.pids?.limit ?? -1);
  return !hasCreateHooks(spec) && (spec.hooks?.createContainer ?? []).length === 0 && (limit < 0 || limit > 1);
}

export function withoutPid(namespaces: Namespaces): Namespaces {
  return { ...namespaces, joined: namespaces.joined.filter(({ type }) => type !== "pid") };
}

/** Steps that mount procfs as those that mount the namespace's. */
export function nameInProc(steps: readonly Planned<InitStep>[]): Planned<InitStep>[] {
  return steps.map((planned) => {
    const { step } = planned;
    if (step.op !== "newFilesystem" || step.type !== "proc") return planned;
    const { slot, source, options, attributes } = step;
    return { ...planned, step: { op: "newProc", slot, namespace: SLOT, source, options, attributes } };
  });
}
