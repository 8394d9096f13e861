/** The state that hooks get on their standard input (runtime-spec, runtime.md, State), with a hole for the pid. Pure. */
import type { Spec } from "../spec/types.ts";
import type { Facts } from "./facts.ts";

export interface StateDocument {
  readonly head: string;
  readonly tail: string;
}

export function stateDocument(
  spec: Spec,
  facts: Pick<Facts, "bundle">,
  id: string,
  status: "creating" | "created" | "running" | "stopped",
): StateDocument {
  const before = JSON.stringify({ ociVersion: spec.ociVersion, id, status });
  const after = JSON.stringify({
    bundle: facts.bundle,
    ...(Object.keys(spec.annotations ?? {}).length > 0 ? { annotations: spec.annotations } : {}),
  });
  return { head: `${before.slice(0, -1)},"pid":`, tail: `,${after.slice(1)}` };
}
