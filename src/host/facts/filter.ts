/** The filter that config.json `linux.seccomp` asks for, compiled: the fact that planning needs. */
import type { HostPath } from "../../base/paths.ts";
import type { FilterFacts } from "../../plan/facts.ts";
import { hasListener } from "../../plan/filter/filter.ts";
import { joinsPid } from "../../plan/namespaces/late-pid.ts";
import type { Spec } from "../../spec/types.ts";
import { findFilter } from "./filter-cache.ts";
import { ADMITS_NOTHING, admissionOf } from "./last-stage.ts";

/** Undefined if none is asked for. Changes nothing. Throws code "unsupported" if it takes libseccomp and that is missing. */
export async function loadFilter(spec: Spec, root: HostPath): Promise<FilterFacts | undefined> {
  const seccomp = spec.linux?.seccomp;
  if (seccomp === undefined) return undefined;
  const kept = findFilter(root, seccomp);
  const program = kept ?? (await import("./filter-compiler.ts")).compileFilter(seccomp);
  return { program, isCached: kept !== undefined, ...(joinsPid(spec) ? admissionOf(program, hasListener(seccomp)) : ADMITS_NOTHING) };
}
