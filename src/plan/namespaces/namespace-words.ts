/** Namespaces that config.json has a path for, in words. Pure. */
import { NAMESPACE_FLAGS } from "./namespaces.ts";

export const NO_NAMESPACE = "the process that it belongs to may have ended; a namespace lives on where its file is bind-mounted";

/** What is at a path for a namespace of another type. The types are flags of clone(2); 0 = none. Undefined if nothing is wrong, or it is not known. */
export function misfitWords(path: string, found: number | undefined, wanted: number): string | undefined {
  if (found === undefined || found === wanted) return undefined;
  if (found === 0) return `${path} is no namespace`;
  return `${path} is a namespace of type ${namespaceName(found)}, not of type ${namespaceName(wanted)}`;
}

/** What config.json calls the namespaces of a flag of clone(2). */
export function namespaceName(flag: number): string {
  return Object.entries(NAMESPACE_FLAGS).find(([, one]) => one === flag)?.[0] ?? "unknown";
}
