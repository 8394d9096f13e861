/**
 * A mount namespace given by path. Others live in it, perhaps another container: what is mounted there they see, and what becomes its
 * root is theirs as well (pivot_root(2)). So the container gets a copy of it, in which it mounts and pivots what it wants, and the
 * namespace itself stays as it is. Propagation is cut in the copy, as it is in one of the host's.
 *
 * Paths are looked up in the copy, in files that may be another container's. Where that would be dangerous it is refused. Pure.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import { copiesMounts, type Namespaces } from "./namespaces.ts";

/** Throws code "config" for what a container cannot have in such a copy. */
export function requireCopyableMounts(spec: Spec, namespaces: Namespaces, facts: Facts): void {
  if (!copiesMounts(namespaces)) return;
  if (/^r?shared$/.test(spec.linux?.rootfsPropagation ?? "")) {
    throw refused("share mounts with", "what the container mounts would show there", "/linux/rootfsPropagation", 'use "rslave"');
  }
  if ((spec.hooks?.createContainer ?? []).length > 0) {
    const reason = "they would be programs of that namespace, with the host's rights";
    throw refused("run createContainer hooks in a copy of", reason, "/hooks/createContainer", "use createRuntime hooks");
  }
  if (facts.layers === undefined) return;
  const reason = "the layers are directories of the host";
  throw refused("mount layers in a copy of", reason, facts.layers.origin, 'remove "path" from the mount namespace');
}

function refused(what: string, reason: string, pointer: string, hint: string): RuntimeError {
  return new RuntimeError("config", `cannot ${what} a mount namespace given by path: ${reason}`, { pointer, hint });
}
