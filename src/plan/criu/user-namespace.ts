/** A user namespace of the container's own, which CRIU writes down with its id mappings and makes anew. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { guestPath, isWithin } from "../../base/paths.ts";
import type { IdMapping, Spec } from "../../spec/types.ts";
import { hostId, isMapped, mapLines } from "../namespaces/id-maps.ts";
import { isolates, parseNamespaces } from "../namespaces/namespaces.ts";
import type { SeenMount } from "./external-mounts.ts";

export function hasUserNamespace(spec: Spec): boolean {
  return isolates(parseNamespaces(spec), "user");
}

export function cannotCheckpoint(reason: string, pointer: string, hint: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot checkpoint or restore the container: ${reason}`, { pointer, hint });
}

/** Throws code "unsupported" for one without a root: CRIU makes everything in it as that. */
export function requireRootInside(spec: Spec): void {
  if (!parseNamespaces(spec).created.has("user")) return;
  for (const name of ["uidMappings", "gidMappings"] as const) {
    if (isMapped(0, spec.linux?.[name] ?? [])) continue;
    throw cannotCheckpoint("its user namespace has no id 0, with which CRIU works there", `/linux/${name}`, "map id 0");
  }
}

/** The host's ids of the container's root. */
export function rootOnHost(spec: Spec): { readonly uid: number; readonly gid: number } {
  const { uidMappings = [], gidMappings = [] } = hasUserNamespace(spec) ? (spec.linux ?? {}) : {};
  return { uid: hostId(0, uidMappings) ?? 0, gid: hostId(0, gidMappings) ?? 0 };
}

/** Whom a file is to belong to, so that the container's root can open it; undefined if it can. */
export function ownerInside({ linux = {} }: Spec, { uid, gid }: { readonly uid: number; readonly gid: number }): number | undefined {
  const { uidMappings = [], gidMappings = [] } = linux;
  const root = hostId(0, uidMappings);
  const isInside = isHostMapped(uid, uidMappings) && isHostMapped(gid, gidMappings); // then its capabilities count
  return uid === root || isInside ? undefined : root;
}

function isHostMapped(id: number, mappings: readonly IdMapping[]): boolean {
  return mappings.some(({ hostID, size }) => id >= hostID && id < hostID + size);
}

/** To be thrown: code "unsupported", for what is mounted on a mount of the container's. */
export function refuseLocked(mountPoint: string): RuntimeError {
  const reason = `what is mounted on ${JSON.stringify(mountPoint)} has come along with it, and CRIU would let the container take it away`;
  return cannotCheckpoint(reason, "/mounts", 'bind it without "rbind"');
}

/** To be thrown: code "unsupported", for a mount whose name does not lead to it. */
export function refuseHidden(mountPoint: string): RuntimeError {
  const reason = `what is mounted on ${JSON.stringify(mountPoint)} cannot be looked at`;
  return cannotCheckpoint(reason, "/mounts", "is another mount over it, or a file system that the container serves itself?");
}

/** To be thrown: code "unsupported", for mounts that are slaves of the host's, in several mount namespaces. */
export function refuseTied(): RuntimeError {
  const reason = "a process in it has a mount namespace of its own, and what the host mounts later could not appear in both";
  return cannotCheckpoint(reason, "/linux/rootfsPropagation", 'with "private", none of its mounts is tied to the host\'s');
}

interface PlacedMount extends SeenMount {
  readonly id: number;
  readonly parentId: number;
}

/**
 * What comes along with a mount from the host (`rbind`) the kernel locks to it, and CRIU would not: a container that had put others in its place, or on a
 * host that has mounted more since, could look below. `mounts` are init's, as the container names them, its root first. Throws code "unsupported".
 */
export function requireNoneCarried(spec: Spec, [, ...mounts]: readonly PlacedMount[], hostDevices: ReadonlySet<string>): void {
  const ofHost = mounts.filter(({ device }) => hostDevices.has(device));
  const byId = new Map(ofHost.map((mount) => [mount.id, mount]));
  const stacks = Map.groupBy(ofHost, ({ mountPoint }) => mountPoint);
  const asked = countAsked(spec);
  for (const { mountPoint, parentId } of ofHost) {
    const parent = byId.get(parentId);
    if (parent === undefined || (stacks.get(mountPoint)?.length ?? 0) <= (asked.get(mountPoint) ?? 0)) continue;
    throw refuseLocked(parent.mountPoint);
  }
}

/** How many mounts config.json asks for at each place, with devices and masks, which are mounts in a user namespace; devices of every container are on its own /dev. */
function countAsked({ mounts = [], linux = {} }: Spec): ReadonlyMap<string, number> {
  const others = new Set([...(linux.devices ?? []).map(({ path }) => path), ...(linux.maskedPaths ?? [])]);
  const asked = [...mounts.map(({ destination }) => destination), ...others].map((path): string => guestPath(path));
  return new Map([...Map.groupBy(asked, (path) => path)].map(([path, all]) => [path, all.length]));
}

/** Of the mounts of native init those that are the container's, as that will name them. */
export function namesInside<M extends SeenMount>(mounts: readonly M[], rootfs: string): M[] {
  return mounts
    .filter(({ mountPoint }) => isWithin(mountPoint, rootfs))
    .map((mount) => (rootfs === "/" ? mount : { ...mount, mountPoint: mount.mountPoint.slice(rootfs.length) || "/" }));
}

/** The texts of /proc/PID/uid_map and gid_map. */
export interface SeenIds {
  readonly uidMap: string;
  readonly gidMap: string;
}

/** CRIU maps what it has written down, but the files of the root belong to ids that config.json maps. `seen`: undefined without a user namespace. */
export function requireSameIds(spec: Spec, seen: SeenIds | undefined): void {
  const differ = (reason: string, pointer: string): RuntimeError =>
    new RuntimeError("config", `cannot restore the container: ${reason}`, { pointer, hint: "restore it with the config.json that it had" });
  if (hasUserNamespace(spec) !== (seen !== undefined)) {
    throw differ(seen === undefined ? "it had no user namespace" : "it had a user namespace", "/linux/namespaces");
  }
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {};
  if (seen === undefined) return;
  if (normal(seen.uidMap) !== normal(mapLines(uidMappings))) throw differ("its uids were mapped in another way", "/linux/uidMappings");
  if (normal(seen.gidMap) !== normal(mapLines(gidMappings))) throw differ("its gids were mapped in another way", "/linux/gidMappings");
}

/** The kernel aligns numbers, and may sort lines. */
function normal(map: string): string {
  return map
    .split("\n")
    .map((line) => line.trim().split(/ +/).join(" "))
    .filter((line) => line !== "")
    .sort()
    .join("\n");
}
