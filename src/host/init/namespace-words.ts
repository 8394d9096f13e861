/** Namespaces given by path that cannot be opened or joined, in words. setns(2) */

import { misfitWords, namespaceName } from "../../plan/namespaces/namespace-words.ts";
import { NAMESPACE_FLAGS } from "../../plan/namespaces/namespaces.ts";
import type { InitStep, Planned } from "../../plan/steps/step.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { namespaceAt } from "../../sys/kernel/namespace-file.ts";

type Steps = readonly Planned<InitStep>[];

const OWN = "who starts the container is in that one already: it needs no user namespace in linux.namespaces";

/** Its type and its path, which one step has each. */
export function namespaceWords({ slot }: { readonly slot: number }, plan: Steps): string {
  const join = plan.find(({ step }) => step.op === "joinNamespace" && step.slot === slot)?.step;
  const type = join?.op === "joinNamespace" ? `${namespaceName(join.type)} ` : "";
  return `${type}namespace ${pathOf(slot, plan)}`;
}

export function joinHint(
  { slot, type }: Extract<InitStep, { readonly op: "joinNamespace" }>,
  plan: Steps,
  errno: number,
): string | undefined {
  if (errno === ERRNO.EPERM) return "who joins a namespace needs CAP_SYS_ADMIN in the user namespace that owns it";
  if (errno !== ERRNO.EINVAL) return undefined;
  const path = pathOf(slot, plan);
  return misfitWords(path, namespaceAt(path), type) ?? (type === NAMESPACE_FLAGS.user ? OWN : undefined);
}

function pathOf(slot: number, plan: Steps): string {
  const open = plan.find(({ step }) => step.op === "openNamespace" && step.slot === slot)?.step;
  return open?.op === "openNamespace" ? open.path : `#${slot}`;
}
