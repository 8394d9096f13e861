/** The filter that config.json `linux.seccomp` asks for, compiled: the fact that planning needs. */
import type { HostPath } from "../../base/paths.ts";
import type { FilterFacts } from "../../plan/facts.ts";
import type { Spec } from "../../spec/types.ts";
import { findFilter } from "./filter-cache.ts";

/** Undefined if none is asked for. Changes nothing. Throws code "unsupported" if it takes libseccomp and that is missing. */
export async function loadFilter({ linux }: Spec, root: HostPath): Promise<FilterFacts | undefined> {
  const seccomp = linux?.seccomp;
  if (seccomp === undefined) return undefined;
  const kept = findFilter(root, seccomp);
  if (kept !== undefined) return { program: kept, isCached: true };
  const { compileFilter } = await import("./filter-compiler.ts");
  return { program: compileFilter(seccomp), isCached: false };
}
