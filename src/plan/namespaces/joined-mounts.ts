/**
 * A mount namespace given by path. Others live in it, perhaps another container: what is mounted there they see at once, and pivot_root(2) would
 * change their root. So init mounts and pivots in a copy of it, in which propagation is cut as in one of the host's. The root that it has made there,
 * complete and masked, is put over the root of the namespace itself, where the container then lives: nobody's root changes, and only who enters
 * the namespace from then on sees it. It is taken away again when the container is deleted.
 *
 * Where that would be somebody else's harm the container stays in the copy, with a warning. Paths are looked up in the copy, in files that may be another
 * container's; what that would make dangerous is refused. Pure.
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import { PROPAGATION } from "../steps/kernel-flags.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { tellMount } from "../steps/tell-mount.ts";
import { copiesMounts, joinedSlot, type Namespaces } from "./namespaces.ts";

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

export interface Placement {
  readonly steps: readonly Planned<InitStep>[];
  /** Where the container's root is then; undefined if it stays in the copy, or was never in one. */
  readonly root?: PlacedRoot;
  readonly warnings: readonly string[];
}

/** The mount namespace, known again by its name in procfs, and the mount that was its root. */
export interface PlacedRoot {
  readonly path: HostPath;
  readonly name: string;
  readonly on: number;
}

const NOWHERE: Placement = { steps: [], warnings: [] };

/** `made`: the steps that have made the root. */
export function planPlacement(namespaces: Namespaces, { namedMounts }: Facts, made: readonly Planned<InitStep>[]): Placement {
  const named = namespaces.joined.find(({ type }) => type === "mount");
  if (named === undefined || namedMounts === undefined) return NOWHERE;
  const { path, origin } = named;
  const obstacle = "obstacle" in namedMounts ? namedMounts.obstacle : obstacleIn(made);
  if ("obstacle" in namedMounts || obstacle !== undefined) {
    return { ...NOWHERE, warnings: [`the container gets a copy of the mount namespace ${path}: ${obstacle} (${origin})`] };
  }
  const { name, on } = namedMounts;
  const step = (one: InitStep): Planned<InitStep> => ({ origin, step: one });
  return {
    steps: [
      step({ op: "openTree", slot: SLOT.mount, source: hostPath("/"), recursive: true }),
      ...tellMount(SLOT.mount, origin),
      step({ op: "placeRoot", slot: SLOT.mount, namespace: joinedSlot(namespaces, "mount"), on }),
    ],
    root: { path: hostPath(path), name, on },
    warnings: [],
  };
}

/** open_tree(2) leaves out what is unbindable. */
function obstacleIn(made: readonly Planned<InitStep>[]): string | undefined {
  const isUnbindable = made.some(({ step }) => "propagation" in step && step.propagation === PROPAGATION.MS_UNBINDABLE);
  return isUnbindable ? "its unbindable mounts can be moved nowhere" : undefined;
}
