/**
 * A storage driver: one way to make a container's root from layers. It decides and touches nothing: facts about the layers
 * become steps, a few for the host and the rest for init, which leave the root as a detached mount or at its final place.
 *
 * To add a driver: a file with such a function, a row in layers.ts, a value in schemas/layers.json, and a row in
 * test/e2e/layer-drivers.test.ts, a suite that every driver has to pass.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { LayersDriver, Spec } from "../../spec/types.ts";
import type { Facts, LayerDirectory, LayerFacts } from "../facts.ts";
import { mapLines } from "../namespaces/id-maps.ts";
import { isolates, NAMESPACE_FLAGS, type Namespaces } from "../namespaces/namespaces.ts";
import type { HostStep } from "../steps/host-step.ts";
import { MOUNT_ATTRIBUTES, PROPAGATION } from "../steps/kernel-flags.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";

export interface LayersInput {
  readonly layers: LayerFacts;
  /** The topmost layer: there is at least one. */
  readonly top: LayerDirectory;
  readonly spec: Spec;
  readonly facts: Facts;
  readonly namespaces: Namespaces;
}

export interface LayersPlan {
  readonly host: readonly Planned<HostStep>[];
  /** While init starts, which then waits for them at the point `layers`. */
  readonly meanwhile?: readonly Planned<HostStep>[];
  /** Before init enters a cgroup or a namespace. */
  readonly first?: readonly Planned<InitStep>[];
  /** With the host's privileges, before a user namespace is made. */
  readonly before: readonly Planned<InitStep>[];
  /** In the container's namespaces. */
  readonly steps: readonly Planned<InitStep>[];
  /** What they leave: a mount at the root's directory, or else a detached mount in the slot of the root. */
  readonly isAttached: boolean;
}

/** Throws "config" or "unsupported" with the reason if something cannot be done here. */
export type LayerDriver = (input: LayersInput) => LayersPlan;

/** Overlayfs accepts no writable layer on these (Documentation/filesystems/overlayfs.rst). */
const WITHOUT_OVERLAY: readonly string[] = ["overlay", "nfs", "nfs4"];

/** For layers that name no driver: `upperType` is the file system type of their writable layer, if there is one. */
export function chooseDriver(upperType: string | undefined): LayersDriver {
  return upperType !== undefined && WITHOUT_OVERLAY.includes(upperType) ? "fuse-overlayfs" : "overlay";
}

export function refused(code: "config" | "unsupported", reason: string, pointer: string, hint: string): RuntimeError {
  return new RuntimeError(code, `cannot put the layers together: ${reason}`, { pointer, hint });
}

export function isAtLeast({ major, minor }: LayerFacts["kernel"], wanted: number, wantedMinor: number): boolean {
  return major > wanted || (major === wanted && minor >= wantedMinor);
}

export function mountsAsHost({ uid, inUserNamespace }: Facts): boolean {
  return uid === 0 && !inUserNamespace;
}

/** `since` is the first kernel that can map mounts of the driver's kind. */
export function requireMappable({ layers: { idmap, kernel }, facts, namespaces }: LayersInput, since: readonly [number, number]): void {
  if (idmap === undefined) return;
  if (!mountsAsHost(facts)) throw refused("unsupported", "only the host's root may map their ids", idmap, 'omit "idmap"');
  if (!isAtLeast(kernel, ...since)) {
    throw refused("unsupported", `mapping their ids needs Linux ${since.join(".")}`, idmap, "use a later kernel");
  }
  if (namespaces.joined.some(({ type }) => type === "user")) {
    throw refused("unsupported", "the ids of a joined user namespace are not known", idmap, 'omit "idmap"');
  }
  if (isolates(namespaces, "user")) return;
  throw refused("config", "there is no user namespace to map their ids to", idmap, 'add {"type": "user"} to linux.namespaces');
}

/** A user namespace with the same id mappings as the container's. */
export function openMap({ linux = {} }: Spec): InitStep {
  const { uidMappings = [], gidMappings = [] } = linux;
  return { op: "openUserNamespace", slot: SLOT.layerMap, uidMap: mapLines(uidMappings), gidMap: mapLines(gidMappings) };
}

interface BoundRoot {
  readonly path: HostPath;
  readonly origin: string;
  readonly readonly: boolean;
}

/**
 * The root is a plain directory, which other containers may use too. If it is to be read-only in a user namespace, the mount
 * is made in a mount namespace between the host's and the container's: when that is copied, the kernel locks the flag
 * (mount_namespaces(7)), and no capability inside can clear it.
 */
export function planBoundRoot(host: readonly Planned<HostStep>[], root: BoundRoot, input: LayersInput): LayersPlan {
  const { facts, namespaces } = input;
  const bind = planBind(root, input);
  const isLocked = root.readonly && mountsAsHost(facts) && isolates(namespaces, "user") && namespaces.created.has("mount");
  if (!isLocked) return detached(host, bind, facts);
  const own = (step: InitStep): Planned<InitStep> => ({ origin: root.origin, step });
  return {
    host,
    before: [
      own({ op: "unshare", flags: NAMESPACE_FLAGS.mount }),
      own({ op: "setPropagation", path: facts.rootfsMount, flags: PROPAGATION.MS_SLAVE }),
      ...bind,
      own({ op: "attachRoot", slot: SLOT.root, path: facts.rootfs }),
    ],
    steps: [],
    isAttached: true,
  };
}

/** A clone of the mount there, id-mapped if the layers are to be. */
function planBind({ path, origin, readonly }: BoundRoot, { layers: { idmap }, spec }: LayersInput): Planned<InitStep>[] {
  const set = readonly ? MOUNT_ATTRIBUTES.MOUNT_ATTR_RDONLY : 0n;
  const map: InitStep = { op: "idmapMount", slot: SLOT.root, namespace: SLOT.layerMap, recursive: false };
  return [
    { origin, step: { op: "openTree", slot: SLOT.root, source: path, recursive: false } },
    ...(idmap === undefined ? [] : [openMap(spec), map].map((step) => ({ origin: idmap, step }))),
    { origin, step: { op: "mountAttributes", slot: SLOT.root, set, clear: 0n, propagation: PROPAGATION.MS_PRIVATE, recursive: false } },
  ];
}

/**
 * A detached mount, made where the rights for it are: root on the host makes it before there is a user namespace, anyone
 * else inside it.
 */
export function detached(host: readonly Planned<HostStep>[], steps: readonly Planned<InitStep>[], facts: Facts): LayersPlan {
  const isEarly = mountsAsHost(facts);
  return { host, before: isEarly ? steps : [], steps: isEarly ? [] : steps, isAttached: false };
}
