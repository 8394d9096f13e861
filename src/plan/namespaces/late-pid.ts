/**
 * Joins a pid namespace that already has processes. Any of them with CAP_SYS_PTRACE could enter what init sees as its root,
 * which is the host's at first, or act with init's rights. So init joins last, when it sees, holds and may do no more than
 * the program: setns(2) takes effect for children, and the last of init's stages is born like that.
 *
 * Until then procfs is that of a namespace init is not in, which Linux 6.18 can mount, though not by mount(2). On older
 * kernels, and with hooks or a seccomp listener that learn the container's pid before its last stage exists, the namespace is joined
 * with the others; also where a user namespace comes between, since nobody in that can inspect init. Pure.
 */
import type { Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import { hasListener } from "../filter/filter.ts";
import { hasCreateHooks } from "../process/hooks.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { isolates, NAMESPACE_FLAGS, type Namespaces, openNamespace } from "./namespaces.ts";

export interface LatePid {
  readonly origin: string;
  /** In the first stage. */
  readonly open: readonly Planned<InitStep>[];
  /** When init needs nothing of the host any more. */
  readonly join: readonly Planned<InitStep>[];
  /** When init has the identity of the program. */
  readonly enter: readonly Planned<InitStep>[];
}

interface LatePidInput {
  readonly spec: Spec;
  readonly namespaces: Namespaces;
  readonly facts: Facts;
  readonly mounts: readonly Planned<InitStep>[];
}

/** Undefined if nothing is to be joined late. */
export function planLatePid({ spec, namespaces, facts, mounts }: LatePidInput): LatePid | undefined {
  const joined = namespaces.joined.find(({ type }) => type === "pid");
  if (joined === undefined || !facts.hasProcOfNamespace || isolates(namespaces, "user")) return undefined;
  if (!hasRoom(spec) || mounts.some(({ step }) => step.op === "mountFilesystem" && step.type === "proc")) return undefined;
  const { path, origin } = joined;
  const plan = (step: InitStep): Planned<InitStep> => ({ origin, step });
  return {
    origin,
    open: [openNamespace(SLOT.latePid, path, origin)],
    join: [plan({ op: "joinNamespace", slot: SLOT.latePid, type: NAMESPACE_FLAGS.pid, keep: false })],
    enter: [plan({ op: "cloneChild", flags: 0 }), plan({ op: "setsid" })],
  };
}

/** Whether one more stage is possible: nobody has been told the pid of the one before, and the cgroup allows another process. */
function hasRoom(spec: Spec): boolean {
  const limit = Number(spec.linux?.resources?.pids?.limit ?? -1);
  return (
    !hasCreateHooks(spec) &&
    !hasListener(spec.linux?.seccomp) &&
    (spec.hooks?.createContainer ?? []).length === 0 &&
    (limit < 0 || limit > 1)
  );
}

export function joinsPid({ linux }: Spec): boolean {
  return linux?.namespaces?.some(({ type, path = "" }) => type === "pid" && path !== "") ?? false;
}

export function withoutPid(namespaces: Namespaces): Namespaces {
  return { ...namespaces, joined: namespaces.joined.filter(({ type }) => type !== "pid") };
}

/** The steps, with mounts of procfs naming the pid namespace to mount it for. */
export function nameInProc(steps: readonly Planned<InitStep>[]): Planned<InitStep>[] {
  return steps.map((planned) => {
    const { step } = planned;
    if (step.op !== "newFilesystem" || step.type !== "proc") return planned;
    const { slot, source, options, attributes } = step;
    return { ...planned, step: { op: "newProc", slot, namespace: SLOT.latePid, source, options, attributes } };
  });
}
