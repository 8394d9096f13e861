/**
 * Id mappings of user namespaces: the text that the kernel reads, and who can write it (user_namespaces(7)). Pure.
 *
 * Without CAP_SETUID over the parent namespace a process can only map its own id; newuidmap(1) and newgidmap(1) write the
 * ranges that /etc/subuid and /etc/subgid grant.
 */
import { smallest } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { IdMapping, Spec } from "../../spec/types.ts";
import type { HostStep } from "../steps/host-step.ts";

/** Lines of `inside outside length` for /proc/PID/uid_map, which takes all of them in one write. */
export function mapLines(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join("");
}

export function isMapped(id: number, mappings: readonly IdMapping[]): boolean {
  return mappings.some(({ containerID, size }) => id >= containerID && id < containerID + size);
}

/** The host's id for the container's `id`; undefined if it is not mapped. */
export function hostId(id: number, mappings: readonly IdMapping[]): number | undefined {
  const mapping = mappings.find((one) => isMapped(id, [one]));
  return mapping === undefined ? undefined : mapping.hostID + id - mapping.containerID;
}

/** The container's id for a host id, the reverse of hostId; an unmapped id stays as it is. */
export function containerId(id: number, mappings: readonly IdMapping[]): number {
  const mapping = mappings.find(({ hostID, size }) => id >= hostID && id < hostID + size);
  return mapping === undefined ? id : mapping.containerID + id - mapping.hostID;
}

/** The id to become inside: 0 if it is mapped, else the lowest mapped one, else 0 (and the kernel reports it). */
export function firstMapped(mappings: readonly IdMapping[]): number {
  const lowest = smallest(mappings.filter(({ size }) => size > 0).map(({ containerID }) => containerID));
  return Number.isFinite(lowest) ? lowest : 0;
}

/** The only mapping that anyone can write: a single id, their own outside. */
export function isSingleSelfMapping(mappings: readonly IdMapping[], ownId: number): boolean {
  const [mapping] = mappings;
  return mappings.length === 1 && mapping?.size === 1 && mapping.hostID === ownId;
}

/** Who writes the maps: effective ids as seen in the runtime's own user namespace. */
export interface IdMapWriter {
  readonly uid: number;
  readonly gid: number;
}

export type WriteIdMaps = Extract<HostStep, { readonly op: "writeIdMaps" }>;

/**
 * What the host writes for a new user namespace; undefined if there is none. A user without mappings gets the one they can
 * write. A gid map written without privilege disables setgroups(2) in the namespace: leaving a group must not grant access.
 */
export function planIdMaps(spec: Spec, writer: IdMapWriter): WriteIdMaps | undefined {
  const isNew = (spec.linux?.namespaces ?? []).some(({ type, path = "" }) => type === "user" && path === "");
  if (!isNew) return undefined;
  const privileged = writer.uid === 0;
  const uids = mappingsOf(spec, "uidMappings", privileged ? undefined : writer.uid);
  const gids = mappingsOf(spec, "gidMappings", privileged ? undefined : writer.gid);
  const byHelper = !privileged && !(isSingleSelfMapping(uids, writer.uid) && isSingleSelfMapping(gids, writer.gid));
  return {
    op: "writeIdMaps",
    uidMap: mapLines(uids),
    gidMap: mapLines(gids),
    byHelper,
    denySetgroups: !privileged && !byHelper,
  };
}

function mappingsOf(spec: Spec, name: "uidMappings" | "gidMappings", ownId: number | undefined): readonly IdMapping[] {
  const mappings = spec.linux?.[name] ?? [];
  if (mappings.length > 0) return mappings;
  if (ownId !== undefined) return [{ containerID: 0, hostID: ownId, size: 1 }];
  throw new RuntimeError("config", `cannot make a user namespace: linux.${name} is empty`, {
    pointer: `/linux/${name}`,
    hint: "map at least id 0 of the container",
  });
}
