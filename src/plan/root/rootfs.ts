/** config.json `root`, propagation, masks: the root file system from the bundle's directory to the process's "/". Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { type GuestPath, guestPath, type HostPath, hostPath } from "../../base/paths.ts";
import type { Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import { isolates, type Namespaces } from "../namespaces/namespaces.ts";
import { contextOption } from "../process/labels.ts";
import { MOUNT_ATTRIBUTES, PROPAGATION as MS } from "../steps/kernel-flags.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { tellMount } from "../steps/tell-mount.ts";
import type { LayersPlan } from "./layer-driver.ts";

const PROPAGATION: Readonly<Record<string, bigint>> = {
  shared: MS.MS_SHARED,
  slave: MS.MS_SLAVE,
  private: MS.MS_PRIVATE,
  unbindable: MS.MS_UNBINDABLE,
};

interface Propagation {
  readonly flag: bigint;
  readonly recursive: boolean;
}

function parsePropagation(word: string): Propagation | undefined {
  const recursive = word.startsWith("r");
  const flag = PROPAGATION[recursive ? word.slice(1) : word];
  return flag === undefined ? undefined : { flag, recursive };
}

/** What all of the host's mounts become in the container's mount namespace: MS_SHARED, MS_PRIVATE or MS_SLAVE. */
export function inheritedPropagation(spec: Spec): bigint {
  const flag = parsePropagation(spec.linux?.rootfsPropagation ?? "")?.flag;
  return flag === MS.MS_SHARED || flag === MS.MS_PRIVATE ? flag : MS.MS_SLAVE;
}

/**
 * True if the container shares the host's mount namespace and still mounts something. All of it then lies below a mount of
 * the rootfs itself, so that the host only needs to undo that one.
 */
export function mountsOnHost(spec: Spec, namespaces: Namespaces): boolean {
  const { root, mounts = [], linux = {} } = spec;
  const asked = mounts.length + (linux.maskedPaths ?? []).length + (linux.readonlyPaths ?? []).length;
  return !isolates(namespaces, "mount") && (asked > 0 || root?.readonly === true);
}

/**
 * Only a shared root keeps its ties to the host's mounts; then the mount around the rootfs is made private, because
 * pivot_root(2) refuses a shared parent and the bind of the rootfs must not show up on the host.
 */
export function planRoot(spec: Spec, namespaces: Namespaces, facts: Facts, layers?: LayersPlan): Planned<InitStep>[] {
  requirePossible(spec, namespaces);
  const origin = "/root/path";
  const open: Planned<InitStep> = { origin, step: { op: "openTree", slot: SLOT.root, source: facts.rootfs, recursive: true } };
  const attach: Planned<InitStep> = { origin, step: { op: "attachRoot", slot: SLOT.root, path: facts.rootfs } };
  if (mountsOnHost(spec, namespaces)) return [open, ...tellMount(SLOT.root, origin), attach, { origin, step: PRIVATE_ROOT }];
  if (!isolates(namespaces, "mount")) return [];
  const from = spec.linux?.rootfsPropagation ? "/linux/rootfsPropagation" : "";
  const initial = inheritedPropagation(spec);
  const cut: Planned<InitStep>[] =
    initial === MS.MS_SHARED ? [{ origin: from, step: { op: "setPropagation", path: facts.rootfsMount, flags: MS.MS_PRIVATE } }] : [];
  return [
    { origin: from, step: { op: "setPropagation", path: hostPath("/"), flags: initial | MS.MS_REC } },
    ...cut,
    ...(layers?.steps ?? []),
    ...(layers === undefined || layers.isAttached ? [open] : []),
    attach,
  ];
}

/** No mount below it propagates elsewhere. */
const PRIVATE_ROOT: InitStep = {
  op: "targetAttributes",
  target: guestPath("/"),
  set: 0n,
  clear: 0n,
  propagation: MS.MS_PRIVATE,
  recursive: true,
};

/** A user namespace has no power over the host's mounts, and a container must not change how they propagate. */
function requirePossible(spec: Spec, namespaces: Namespaces): void {
  if (isolates(namespaces, "mount")) return;
  const hint = 'add {"type": "mount"} to linux.namespaces';
  const reason = "the container shares the host's mount namespace";
  if (spec.linux?.rootfsPropagation) {
    throw new RuntimeError("config", `cannot set the propagation of "/": ${reason}`, { pointer: "/linux/rootfsPropagation", hint });
  }
  if (!isolates(namespaces, "user") || !mountsOnHost(spec, namespaces)) return;
  throw new RuntimeError("config", `cannot mount anything: ${reason}, and its user namespace cannot mount there`, {
    pointer: "/linux/namespaces",
    hint,
  });
}

/**
 * A path listed twice is masked once. Masks come first: a read-only path is a clone of what is there and of everything mounted
 * below it, and covers the mount from which later paths are resolved, as an image can arrange with a link to /proc.
 */
export function planMasks(spec: Spec): Planned<InitStep>[] {
  const { maskedPaths = [], readonlyPaths = [] } = spec.linux ?? {};
  const masked = distinct(maskedPaths, "/linux/maskedPaths").map(({ path, origin }) => ({
    origin,
    step: { op: "maskPath", path, null: SLOT.null, directory: SLOT.empty } as const,
  }));
  const below = distinct(readonlyPaths, "/linux/readonlyPaths").filter(({ path }) => path !== "/");
  const readonly = below.map(({ path, origin }) => ({
    origin,
    step: { op: "readonlyPath", path } as const,
  }));
  return [...(masked.length === 0 ? [] : [...OPEN_NULL, ...planEmpty(spec)]), ...masked, ...readonly];
}

/** Init makes an empty directory for masks when it needs the first one; only a labelled one is made before. */
function planEmpty(spec: Spec): Planned<InitStep>[] {
  const options = contextOption(spec, "tmpfs");
  const made = { slot: SLOT.empty, type: "tmpfs", source: "tmpfs", options, attributes: MOUNT_ATTRIBUTES.MOUNT_ATTR_RDONLY } as const;
  return options.length === 0 ? [] : [{ origin: "/linux/mountLabel", step: { op: "newFilesystem", ...made } }];
}

/** The container's own; if it has none, as below a bind of somebody's /dev, a read-only clone of the host's will do. */
const OPEN_NULL: readonly Planned<InitStep>[] = [
  { origin: "/linux/maskedPaths", onFailure: "else", step: { op: "openNull", slot: SLOT.null, ofHost: false } },
  { origin: "/linux/maskedPaths", step: { op: "openNull", slot: SLOT.null, ofHost: true } },
];

function distinct(paths: readonly string[], origin: string): { readonly path: GuestPath; readonly origin: string }[] {
  const known = new Set<GuestPath>();
  const found: { readonly path: GuestPath; readonly origin: string }[] = [];
  let i = 0;
  for (const text of paths) {
    const path = guestPath(text);
    if (!known.has(path)) found.push({ path, origin: `${origin}/${i}` });
    known.add(path);
    i++;
  }
  return found;
}

export function planPivot(namespaces: Namespaces, facts: Facts, noPivot: boolean): Planned<InitStep> {
  const origin = "/root/path";
  if (!isolates(namespaces, "mount")) return { origin, step: { op: "chroot", path: facts.rootfs } };
  return { origin, step: { op: noPivot ? "moveRoot" : "pivotRoot" } };
}

/** Attributes of the root mount itself, set once it is "/" and nothing has to be created in it any more. */
export function planRootAttributes(spec: Spec): Planned<InitStep>[] {
  const steps: Planned<InitStep>[] = [];
  const root = guestPath("/");
  const propagation = parsePropagation(spec.linux?.rootfsPropagation ?? "");
  if (propagation !== undefined && propagation.flag !== MS.MS_SLAVE) {
    const { flag, recursive } = propagation;
    steps.push({
      origin: "/linux/rootfsPropagation",
      step: { op: "targetAttributes", target: root, set: 0n, clear: 0n, propagation: flag, recursive },
    });
  }
  const origin = readonlyOrigin(spec);
  if (origin !== undefined) {
    steps.push({
      origin,
      step: { op: "targetAttributes", target: root, set: MOUNT_ATTRIBUTES.MOUNT_ATTR_RDONLY, clear: 0n, propagation: 0n, recursive: false },
    });
  }
  return steps;
}

/** What asks for a root that cannot be written; undefined if nothing does. */
function readonlyOrigin({ root, linux }: Spec): string | undefined {
  if (root?.readonly) return "/root/readonly";
  return distinct(linux?.readonlyPaths ?? [], "/linux/readonlyPaths").find(({ path }) => path === "/")?.origin;
}

/** The directory of the rootfs as config.json names it. */
export function rootPath(spec: Spec, bundle: HostPath): HostPath {
  if (spec.root === undefined) throw new RuntimeError("config", 'cannot find the root file system: "root" is missing', { pointer: "" });
  return hostPath(spec.root.path, bundle);
}
