/** config.json `mounts`, read once: what every stage of a plan knows of a mount, and nobody reads an option again. Pure. */
import { type GuestPath, guestPath, type HostPath, hostPath, isWithin } from "../../base/paths.ts";
import type { IdMapping, Mount, Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import type { Namespaces } from "../namespaces/namespaces.ts";
import { ATIME_MASK } from "../steps/kernel-flags.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { type MountOptions, parseMountOptions } from "./mount-options.ts";

/** An entry of `mounts`. */
export interface MountEntry {
  readonly target: GuestPath;
  readonly type: string | undefined;
  /** "" if there is none. */
  readonly source: string;
  readonly kind: "bind" | "remount" | "filesystem";
  readonly options: MountOptions;
  /** Its own, which go before those of the container. */
  readonly mappings: IdMappings | undefined;
  readonly origin: string;
}

export interface IdMappings {
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
}

export interface MountContext {
  readonly spec: Spec;
  readonly facts: Facts;
  readonly namespaces: Namespaces;
  readonly cgroupPaths: Readonly<Record<string, HostPath>>;
}

/** The steps of one entry. */
export interface MountSteps {
  readonly steps: readonly Planned<InitStep>[];
  readonly last?: readonly Planned<InitStep>[];
}

/**
 * `roots` are the host's paths of the rootfs: some callers prefix a destination with it, and runc strips it. So a directory with that same
 * path inside the rootfs cannot be a destination.
 */
export function parseMounts({ mounts = [] }: Spec, roots: readonly HostPath[] = []): MountEntry[] {
  return mounts.map((mount, i) => parseMount(mount, `/mounts/${i}`, roots));
}

/** Its options add flags and take none away, as in a user namespace, where those of the source are locked. mount_namespaces(7) */
export function withLockedFlags(entry: MountEntry): MountEntry {
  const { clear, recursiveClear } = entry.options;
  if (entry.kind === "filesystem") return entry;
  return {
    ...entry,
    options: { ...entry.options, clear: clear & ATIME_MASK, recursiveClear: recursiveClear & ATIME_MASK, isLocked: true },
  };
}

/** The host's paths of the rootfs: as it is written, and without links. */
export function rootPaths({ root }: Spec, { rootfs, bundle }: Pick<Facts, "rootfs" | "bundle">): HostPath[] {
  return [rootfs, hostPath(root?.path ?? "/", bundle)].filter((path) => path !== "/");
}

function parseMount(mount: Mount, origin: string, roots: readonly HostPath[]): MountEntry {
  const { destination, type, source = "", uidMappings = [], gidMappings = [] } = mount;
  const path = guestPath(destination);
  const root = roots.find((one) => isWithin(path, one));
  const options = parseMountOptions(mount.options ?? []);
  return {
    target: root === undefined ? path : guestPath(path.slice(root.length)),
    type,
    source,
    kind: options.remount ? "remount" : options.bind ? "bind" : "filesystem",
    options,
    mappings: uidMappings.length + gidMappings.length > 0 ? { uidMappings, gidMappings } : undefined,
    origin,
  };
}
