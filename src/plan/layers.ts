/**
 * layers.json → the container's root: an overlay of layers, made in the container's own mount namespace or detached, so
 * that the host never sees it and there is nothing to clean up. Pure: what directories there are arrives as facts.
 *
 * Who is root on the host makes it with the host's rights, before a user namespace: its layers keep whiteouts and opaque
 * directories in trusted.overlay.* attributes, which the root of a user namespace cannot read. Anybody else makes it in
 * the user namespace, with those in user.overlay.* (`userxattr`).
 */
import { RuntimeError } from "../base/errors.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import type { IdMapping, Spec } from "../spec/types.ts";
import type { Facts, LayerDirectory, LayerFacts } from "./facts.ts";
import type { HostStep } from "./host-step.ts";
import { firstMapped, hostId, mapLines } from "./id-maps.ts";
import { MOUNT_ATTRIBUTES, PROPAGATION } from "./kernel-flags.ts";
import { isolates, type Namespaces } from "./namespaces.ts";
import type { InitStep, Planned } from "./step.ts";
import { NO_SLOT } from "./wire.ts";

/** What the kernel takes (OVL_MAX_STACK). */
export const LAYERS_MAX = 500;

const NAMESPACE_SLOT = 512;
const FIRST_MOUNT_SLOT = 513;

export interface LayersPlan {
  readonly host: readonly Planned<HostStep>[];
  /** With the host's privileges, before a user namespace is made. */
  readonly before: readonly Planned<InitStep>[];
  /** In the container's namespaces. */
  readonly steps: readonly Planned<InitStep>[];
  /** What all of it leaves: a detached mount in the slot, or a mount at the root's directory. */
  readonly isAttached: boolean;
}

export interface LayersInput {
  readonly layers: LayerFacts;
  readonly spec: Spec;
  readonly facts: Facts;
  readonly namespaces: Namespaces;
  readonly slot: number;
}

export function planLayers(input: LayersInput): LayersPlan {
  const { layers, facts } = input;
  requirePossible(input);
  const { lower, writable } = layers;
  const [top] = lower.toReversed();
  if (top === undefined) throw refused("config", "there are none", layers.origin, "list at least one directory");
  const host: Planned<HostStep>[] = writable === undefined ? [] : [claim(writable, top.path)];
  const isSingle = lower.length === 1 && writable === undefined;
  if (!isSingle && formFor(layers) === "string") return { host, before: [], steps: [planByString(input)], isAttached: true };
  const steps = isSingle ? planSingle(top, input) : [...planMapped(input), ...asOwner(planOverlay(input), input)];
  const isEarly = mountsAsHost(facts);
  return { host, before: isEarly ? steps : [], steps: isEarly ? [] : steps, isAttached: false };
}

/** How a layer is named: by a descriptor, by a short path, or by all of them in one string. */
type Form = "descriptor" | "name" | "string";

function formFor({ kernel }: LayerFacts): Form {
  if (isAtLeast(kernel, 6, 13)) return "descriptor";
  return isAtLeast(kernel, 6, 7) ? "name" : "string";
}

function isAtLeast({ major, minor }: LayerFacts["kernel"], wanted: number, wantedMinor: number): boolean {
  return major > wanted || (major === wanted && minor >= wantedMinor);
}

function mountsAsHost({ uid, inUserNamespace }: Facts): boolean {
  return uid === 0 && !inUserNamespace;
}

function refused(code: "config" | "unsupported", reason: string, pointer: string, hint: string): RuntimeError {
  return new RuntimeError(code, `cannot put the layers together: ${reason}`, { pointer, hint });
}

function requirePossible(input: LayersInput): void {
  const { layers, facts, namespaces } = input;
  const { lower, origin, driver } = layers;
  if (driver.name !== "overlay") {
    const reason = `this version of lamina has no driver ${JSON.stringify(driver.name)}`;
    throw refused("unsupported", reason, driver.origin, 'leave "driver" out: overlay is built in');
  }
  if (!isolates(namespaces, "mount")) {
    const hint = 'add {"type": "mount"} to linux.namespaces';
    throw refused("config", "the container shares the host's mount namespace", "/linux/namespaces", hint);
  }
  if (lower.length > LAYERS_MAX) {
    const hint = "make one layer of some of them";
    throw refused("config", `there are ${lower.length}, and the kernel takes no more than ${LAYERS_MAX}`, origin, hint);
  }
  const isUser = isolates(namespaces, "user");
  if (formFor(layers) === "string" && mountsAsHost(facts) && isUser) {
    throw refused("unsupported", "in a user namespace that takes Linux 6.7", origin, "use a later kernel, or no user namespace");
  }
  requireMappable(input, isUser);
}

function requireMappable({ layers: { idmap, kernel }, facts, namespaces }: LayersInput, isUser: boolean): void {
  if (idmap === undefined) return;
  if (!isAtLeast(kernel, 6, 15)) throw refused("unsupported", "mapping their ids takes Linux 6.15", idmap, "use a later kernel");
  if (!mountsAsHost(facts)) throw refused("unsupported", "only the host's root may map their ids", idmap, 'leave out "idmap"');
  if (namespaces.joined.some(({ type }) => type === "user")) {
    throw refused("unsupported", "the ids of a joined user namespace are not known", idmap, 'leave out "idmap"');
  }
  if (!isUser) throw refused("config", "there is no user namespace to map their ids to", idmap, 'add {"type": "user"} to linux.namespaces');
}

type Writable = NonNullable<LayerFacts["writable"]>;

function claim({ upper, work, origin }: Writable, like: HostPath): Planned<HostStep> {
  return { origin, step: { op: "claimLayer", upper, work, like } };
}

/** The kernel refuses an overlay of one layer and nothing else; and it would be that layer. */
function planSingle({ path, origin }: LayerDirectory, { layers, spec, slot }: LayersInput): Planned<InitStep>[] {
  const readonly = { set: MOUNT_ATTRIBUTES.MOUNT_ATTR_RDONLY, clear: 0n, propagation: PROPAGATION.MS_PRIVATE, recursive: false };
  const map: InitStep = { op: "idmapMount", slot, namespace: NAMESPACE_SLOT, recursive: false };
  const mapped = layers.idmap === undefined ? [] : [openMap(spec), map].map((step) => ({ origin: layers.idmap ?? origin, step }));
  return [
    { origin, step: { op: "openTree", slot, source: path, recursive: false } },
    ...mapped,
    { origin, step: { op: "mountAttributes", slot, ...readonly } },
  ];
}

/** A user namespace that numbers ids as the container's will. */
function openMap({ linux = {} }: Spec): InitStep {
  const { uidMappings = [], gidMappings = [] } = linux;
  return { op: "openUserNamespace", slot: NAMESPACE_SLOT, uidMap: mapLines(uidMappings), gidMap: mapLines(gidMappings) };
}

/** The mounts that layers lie on, each of which is cloned once and mapped. */
function mountsOf({ lower, writable }: LayerFacts): HostPath[] {
  return [...new Set([...lower, ...(writable === undefined ? [] : [writable])].map(mountPoint))];
}

function mountPoint({ mount }: Pick<LayerDirectory, "mount">): HostPath {
  return mount ?? hostPath("/");
}

function planMapped({ layers, spec }: LayersInput): Planned<InitStep>[] {
  const { idmap: origin } = layers;
  if (origin === undefined) return [];
  const clones = mountsOf(layers).flatMap((source, i): InitStep[] => [
    { op: "openTree", slot: FIRST_MOUNT_SLOT + i, source, recursive: false },
    { op: "idmapMount", slot: FIRST_MOUNT_SLOT + i, namespace: NAMESPACE_SLOT, recursive: false },
  ]);
  return [openMap(spec), ...clones].map((step) => ({ origin, step }));
}

/** In mapped directories only ids of the container can own anything: the kernel makes its own files there as who mounts the overlay. */
function asOwner(steps: readonly Planned<InitStep>[], { layers, spec }: LayersInput): readonly Planned<InitStep>[] {
  const { idmap: origin } = layers;
  if (origin === undefined) return steps;
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {};
  const setIds = (uid: number, gid: number): Planned<InitStep> => ({ origin, step: { op: "setFileIds", uid, gid } });
  const owner = (mappings: readonly IdMapping[]): number => hostId(firstMapped(mappings), mappings) ?? 0;
  return [setIds(owner(uidMappings), owner(gidMappings)), ...steps, setIds(0, 0)];
}

function planOverlay({ layers, facts, slot }: LayersInput): Planned<InitStep>[] {
  const { lower, writable, origin } = layers;
  const mounts = mountsOf(layers);
  const byName = formFor(layers) === "name";
  const add = (key: "lowerdir+" | "upperdir" | "workdir", path: HostPath, from: Placed): Planned<InitStep> => {
    const mount = mountPoint(from);
    const place =
      layers.idmap === undefined
        ? { base: NO_SLOT, path }
        : { base: FIRST_MOUNT_SLOT + mounts.indexOf(mount), path: pathBelow(path, mount) };
    return { origin: from.origin, step: { op: "addLayer", slot, key, ...place, byName } };
  };
  return [
    { origin, step: { op: "newOverlay", slot } },
    ...lower.toReversed().map((layer) => add("lowerdir+", layer.path, layer)),
    ...(writable === undefined ? [] : [add("upperdir", writable.upper, writable), add("workdir", writable.work, writable)]),
    { origin, step: { op: "finishOverlay", slot, options: overlayOptions(layers, facts) } },
  ];
}

type Placed = Pick<LayerDirectory, "mount" | "origin">;

/** `mount` is above `path`. */
function pathBelow(path: HostPath, mount: HostPath): string {
  return mount === "/" ? path.slice(1) : path.slice(mount.length + 1) || ".";
}

/**
 * What some kernels switch on would leave references to the layers below in the writable one, which then is no layer by
 * itself. With user.overlay attributes there are no redirects and no metadata-only copies, and the kernel wants no word on it.
 */
function overlayOptions({ isVolatile, writable }: LayerFacts, facts: Facts): string[] {
  const isHost = mountsAsHost(facts);
  const closed = isHost ? ["index=off", "redirect_dir=off", "metacopy=off"] : ["index=off"];
  return [...(isHost ? [] : ["userxattr"]), ...(writable === undefined ? [] : closed), ...(isVolatile ? ["volatile"] : [])];
}

function planByString({ layers, facts }: LayersInput): Planned<InitStep> {
  const { lower, writable, origin } = layers;
  const options = overlayOptions(layers, facts);
  const first = `${options.map((option) => `${option},`).join("")}lowerdir=`;
  const parts = lower.toReversed().flatMap(({ path }, i) => [i === 0 ? first : ":", path]);
  const rest = writable === undefined ? [] : [",upperdir=", writable.upper, ",workdir=", writable.work];
  return { origin, step: { op: "mountLayers", path: facts.rootfs, parts: [...parts, ...rest] } };
}
