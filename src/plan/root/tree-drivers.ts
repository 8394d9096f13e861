/**
 * Drivers `vfs` and `btrfs`: no layers are mounted. The container's root is a tree with everything that the layers show: a
 * copy, or a snapshot of a copy that all containers of an image share. It is made once, and is the writable layer.
 */
import type { HostPath } from "../../base/paths.ts";
import type { LayerFacts, TreeFacts } from "../facts.ts";
import type { HostStep } from "../steps/host-step.ts";
import type { Planned } from "../steps/step.ts";
import { type LayersInput, type LayersPlan, mountsAsHost, planBoundRoot, refused, requireMappable } from "./layer-driver.ts";

export function planVfs(input: LayersInput): LayersPlan {
  requireMappable(input, [5, 12]);
  const tree = requireTree(input.layers);
  return planTree(input, tree, [makeTree(input, { to: tree.path, kind: "directory" })]);
}

export function planBtrfs(input: LayersInput): LayersPlan {
  requireMappable(input, [5, 15]);
  const { layers } = input;
  const tree = requireTree(layers);
  requireBtrfs(layers, tree);
  const { shared, path } = tree;
  if (shared === undefined) return planTree(input, tree, [makeTree(input, { to: path, kind: "subvolume" })]);
  const base = makeTree(input, { to: shared, kind: "read-only subvolume" });
  if (layers.writable === undefined) return planTree(input, { ...tree, path: shared }, [base]);
  return planTree(input, tree, [base, { origin: tree.origin, step: { op: "snapshotTree", from: shared, to: path } }]);
}

/** Facts include it for these drivers. */
function requireTree({ tree, driver }: LayerFacts): TreeFacts {
  if (tree !== undefined) return tree;
  throw refused("config", "there is no directory for a tree of them", driver.origin, 'give a directory as "upper"');
}

function requireBtrfs({ driver }: LayerFacts, { path, shared, fileSystem, sharedFileSystem }: TreeFacts): void {
  const hint = 'use "vfs", which works on any file system, or omit "driver" for overlay';
  if (fileSystem === undefined) throw refused("unsupported", `${path} is not on btrfs, which this driver needs`, driver.origin, hint);
  if (shared === undefined || sharedFileSystem === fileSystem) return;
  const where = sharedFileSystem === undefined ? "which is not on btrfs" : "which is on another btrfs";
  throw refused(
    "unsupported",
    `a snapshot of ${shared}, ${where}, cannot be at ${path}`,
    driver.origin,
    `${hint}; or move the bundle or the store`,
  );
}

function planTree(input: LayersInput, tree: TreeFacts, making: readonly Planned<HostStep>[]): LayersPlan {
  const { layers, top } = input;
  const { lower, writable } = layers;
  if (lower.length === 1 && writable === undefined) return planBoundRoot([], { ...top, readonly: true }, input);
  const claim: Planned<HostStep>[] =
    writable === undefined ? [] : [{ origin: writable.origin, step: { op: "claimLayer", upper: writable.upper } }];
  const open = lower.toReversed().map(({ path, origin }): Planned<HostStep> => ({ origin, step: { op: "openLayer", path } }));
  return planBoundRoot([...claim, ...open, ...making], { ...tree, readonly: writable === undefined }, input);
}

interface Making {
  readonly to: HostPath;
  readonly kind: Extract<HostStep, { op: "makeTree" }>["kind"];
}

/** Unless the caller is root on the host, its layers' marks are user attributes. */
function makeTree({ layers, facts }: LayersInput, { to, kind }: Making): Planned<HostStep> {
  const isVolatile = layers.isVolatile && kind !== "read-only subvolume";
  return { origin: layers.origin, step: { op: "makeTree", to, kind, userXattr: !mountsAsHost(facts), isVolatile } };
}
