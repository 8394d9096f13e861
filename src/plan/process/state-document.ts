/** The state that hooks get on their standard input (runtime-spec, runtime.md, State), with a hole for the pid. Pure. */
import { plainJson } from "../../base/plain-json.ts";
import type { Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";

/**
 * Creating is step 2 of the life cycle alone. Hooks of create are its steps 3 to 5, so that they read that the container is created, as with
 * crun (runc says creating); the listener of a filter belongs to step 2.
 */
type Status = "creating" | "created" | "running" | "stopped";

export interface StateDocument {
  readonly head: string;
  readonly tail: string;
}

export function stateDocument(spec: Spec, facts: Pick<Facts, "bundle">, id: string, status: Status): StateDocument {
  const before = plainJson(JSON.stringify({ ociVersion: spec.ociVersion, id, status }));
  const after = plainJson(
    JSON.stringify({
      bundle: facts.bundle,
      ...(Object.keys(spec.annotations ?? {}).length > 0 ? { annotations: spec.annotations } : {}),
    }),
  );
  return { head: `${before.slice(0, -1)},"pid":`, tail: `,${after.slice(1)}` };
}

/** The whole document, for callers that know the pid. */
export function stateText(spec: Spec, facts: Pick<Facts, "bundle">, id: string, status: Status, pid: number): string {
  const { head, tail } = stateDocument(spec, facts, id, status);
  return `${head}${pid}${tail}`;
}

/** What comes with the listener of a filter (runtime-spec, config-linux.md, Container Process State). `state` is a document with a pid. */
export function listenerState(state: string, pid: number, metadata: string): string {
  const { ociVersion }: { readonly ociVersion?: unknown } = JSON.parse(state);
  const words = { ociVersion, fds: ["seccompFd"], pid, ...(metadata === "" ? {} : { metadata }) };
  return `${JSON.stringify(words).slice(0, -1)},"state":${state}}`;
}
