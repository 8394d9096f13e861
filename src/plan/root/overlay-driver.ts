/**
 * Driver `overlay`: an overlay mount, made in the container's own mount namespace or detached, so that the host never sees
 * it and there is nothing to clean up.
 *
 * Root on the host mounts it with the host's rights, before a user namespace: its layers keep whiteouts and opaque marks
 * in trusted.overlay.* attributes, which the root of a user namespace cannot read. Anyone else mounts it in the user
 * namespace, with the marks in user.overlay.* (`userxattr`).
 */
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { IdMapping } from "../../spec/types.ts";
import type { Facts, LayerDirectory, LayerFacts } from "../facts.ts";
import { firstMapped, hostId } from "../namespaces/id-maps.ts";
import { isolates, NAMESPACE_FLAGS } from "../namespaces/namespaces.ts";
import { contextOption, quotedContext } from "../process/labels.ts";
import type { HostStep } from "../steps/host-step.ts";
import { PROPAGATION } from "../steps/kernel-flags.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { NO_SLOT } from "../steps/wire.ts";
import {
  detached,
  isAtLeast,
  type LayersInput,
  type LayersPlan,
  mountsAsHost,
  openMap,
  planBoundRoot,
  refused,
  requireMappable,
} from "./layer-driver.ts";

/** The kernel's maximum (OVL_MAX_STACK). */
export const LAYERS_MAX = 500;

export function planOverlay(input: LayersInput): LayersPlan {
  const { layers, top } = input;
  requirePossible(input);
  if (isSingle(layers)) return planBoundRoot([], { ...top, readonly: true }, input);
  const plan = formFor(layers) === "string" ? planInOnePiece(input) : planInPieces(input);
  return layers.writable === undefined ? plan : { ...plan, meanwhile: makeWritable(layers.writable, top.path) };
}

function planInPieces(input: LayersInput): LayersPlan {
  const { idmap } = input.layers;
  const mount = planMount(input);
  return detached([], idmap === undefined ? mount : planMapped(idmap, mount, input), input.facts);
}

/** How a layer is passed: as a descriptor, as a short path, or all layers in one string. */
type Form = "descriptor" | "name" | "string";

function formFor({ kernel }: LayerFacts): Form {
  if (isAtLeast(kernel, 6, 13)) return "descriptor";
  return takesEachLayer(kernel) ? "name" : "string";
}

/** Otherwise init opens all of them before the kernel sees any, and cannot tell which one failed. */
export function takesEachLayer(kernel: LayerFacts["kernel"]): boolean {
  return isAtLeast(kernel, 6, 7);
}

/** The kernel refuses an overlay of a single layer; it would be that layer anyway. */
function isSingle({ lower, writable }: LayerFacts): boolean {
  return lower.length === 1 && writable === undefined;
}

function requirePossible(input: LayersInput): void {
  const { lower, origin } = input.layers;
  if (lower.length > LAYERS_MAX) {
    const hint = "make one layer of some of them";
    throw refused("config", `there are ${lower.length}, and the kernel takes no more than ${LAYERS_MAX}`, origin, hint);
  }
  requireMappable(input, [6, 15]);
}

type Writable = NonNullable<LayerFacts["writable"]>;

/** Claimed, so that no other container uses it, and made if missing. */
export function makeWritable({ upper, work, origin }: Writable, like: HostPath): Planned<HostStep>[] {
  return [
    { origin, step: { op: "claimLayer", upper } },
    { origin, step: { op: "makeUpper", upper, work, like } },
  ];
}

/** The mounts that layers lie on, each of which is cloned once and mapped. */
function mountsOf({ lower, writable }: LayerFacts): HostPath[] {
  return [...new Set([...lower, ...(writable === undefined ? [] : [writable])].map(mountPoint))];
}

function mountPoint({ mount }: Pick<LayerDirectory, "mount">): HostPath {
  return mount ?? hostPath("/");
}

/** In mapped directories only the container's ids can own anything; the kernel makes its own files there as whoever mounts the overlay. */
function planMapped(origin: string, mount: readonly Planned<InitStep>[], { layers, spec }: LayersInput): Planned<InitStep>[] {
  const clones = mountsOf(layers).flatMap((source, i): InitStep[] => [
    { op: "openTree", slot: SLOT.firstLayerMount + i, source, recursive: false },
    { op: "idmapMount", slot: SLOT.firstLayerMount + i, namespace: SLOT.layerMap, recursive: false },
  ]);
  const own = (step: InitStep): Planned<InitStep> => ({ origin, step });
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {};
  const owner = (mappings: readonly IdMapping[]): number => hostId(firstMapped(mappings), mappings) ?? 0;
  return [
    own(openMap(spec)),
    ...clones.map(own),
    own({ op: "setFileIds", uid: owner(uidMappings), gid: owner(gidMappings) }),
    ...mount,
    own({ op: "setFileIds", uid: 0, gid: 0 }),
  ];
}

function planMount({ layers, spec, facts }: LayersInput): Planned<InitStep>[] {
  const { lower, writable, origin } = layers;
  const mounts = layers.idmap === undefined ? undefined : mountsOf(layers);
  const byName = formFor(layers) === "name";
  const steps: Planned<InitStep>[] = [{ origin, step: { op: "newOverlay", slot: SLOT.root } }];
  const add = (key: "lowerdir+" | "upperdir" | "workdir", path: HostPath, from: Placed): void => {
    const place = mounts === undefined ? undefined : placeIn(mounts, path, mountPoint(from));
    const step: InitStep = { op: "addLayer", slot: SLOT.root, key, base: place?.base ?? NO_SLOT, path: place?.below ?? path, byName };
    steps.push({ origin: from.origin, step });
  };
  for (const layer of lower.toReversed()) add("lowerdir+", layer.path, layer);
  if (writable !== undefined) {
    add("upperdir", writable.upper, writable);
    add("workdir", writable.work, writable);
  }
  const options = [...overlayOptions(layers, facts), ...contextOption(spec, "overlay")];
  steps.push({ origin, step: { op: "finishOverlay", slot: SLOT.root, options } });
  return steps;
}

type Placed = Pick<LayerDirectory, "mount" | "origin">;

/** `mount` is above `path`. */
function placeIn(mounts: readonly HostPath[], path: HostPath, mount: HostPath): { readonly base: number; readonly below: string } {
  const below = mount === "/" ? path.slice(1) : path.slice(mount.length + 1) || ".";
  return { base: SLOT.firstLayerMount + mounts.indexOf(mount), below };
}

/**
 * Features that some kernels enable by default would leave references to lower layers in the writable one, which then would
 * not stand alone. With user.overlay attributes there are no redirects or metadata-only copies, and the kernel wants none of the options.
 */
function overlayOptions({ isVolatile, writable }: LayerFacts, facts: Facts): string[] {
  const isHost = mountsAsHost(facts);
  const closed = isHost ? ["index=off", "redirect_dir=off", "metacopy=off"] : ["index=off"];
  return [...(isHost ? [] : ["userxattr"]), ...(writable === undefined ? [] : closed), ...(isVolatile ? ["volatile"] : [])];
}

function planInOnePiece(input: LayersInput): LayersPlan {
  const isEarly = mountsAsHost(input.facts) && isolates(input.namespaces, "user");
  if (isEarly) return { host: [], before: planStringAsHost(input), steps: [], isAttached: false };
  return { host: [], before: [], steps: [planByString(input)], isAttached: true };
}

function planByString({ layers, spec, facts }: LayersInput): Planned<InitStep> {
  const { lower, writable, origin } = layers;
  const options = [...overlayOptions(layers, facts), ...quotedContext(spec, "overlay")];
  const first = `${options.map((option) => `${option},`).join("")}lowerdir=`;
  const parts = lower.toReversed().flatMap(({ path }, i) => [i === 0 ? first : ":", path]);
  const rest = writable === undefined ? [] : [",upperdir=", writable.upper, ",workdir=", writable.work];
  return { origin, step: { op: "mountLayers", path: facts.rootfs, parts: [...parts, ...rest] } };
}

/** mount(2) makes no detached mounts: it runs in a mount namespace between the host's and the container's, and a clone is kept. */
function planStringAsHost(input: LayersInput): Planned<InitStep>[] {
  const { layers, facts } = input;
  const own = (step: InitStep): Planned<InitStep> => ({ origin: layers.origin, step });
  return [
    own({ op: "unshare", flags: NAMESPACE_FLAGS.mount }),
    own({ op: "setPropagation", path: facts.rootfsMount, flags: PROPAGATION.MS_SLAVE }),
    planByString(input),
    own({ op: "openTree", slot: SLOT.root, source: facts.rootfs, recursive: false }),
  ];
}
