/**
 * Id mappings of user namespaces: the text that the kernel reads, and who may write it (user_namespaces(7)). Pure.
 *
 * Without CAP_SETUID over the parent namespace one may map one's own id and nothing else; newuidmap(1) and newgidmap(1)
 * write the ranges that /etc/subuid and /etc/subgid grant.
 */
import { RuntimeError } from "../base/errors.ts";
import type { IdMapping } from "../spec/types.ts";
import type { HostStep } from "./host-step.ts";
import type { Planned } from "./step.ts";

/** Lines of `inside outside length` for /proc/PID/uid_map, which takes all of them in one write. */
export function mapLines(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join("");
}

export function isMapped(id: number, mappings: readonly IdMapping[]): boolean {
  return mappings.some(({ containerID, size }) => id >= containerID && id < containerID + size);
}

/** The id to become inside: 0 if it is mapped, else the lowest that is, else 0 (and the kernel will say so). */
export function firstMapped(mappings: readonly IdMapping[]): number {
  const lowest = Math.min(...mappings.filter(({ size }) => size > 0).map(({ containerID }) => containerID));
  return Number.isFinite(lowest) ? lowest : 0;
}

/** The one mapping that anybody may write: a single id, and it is one's own outside. */
export function isSingleSelfMapping(mappings: readonly IdMapping[], ownId: number): boolean {
  const [mapping] = mappings;
  return mappings.length === 1 && mapping?.size === 1 && mapping.hostID === ownId;
}

export interface IdMapInput {
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
  /** Effective ids of the runtime. */
  readonly uid: number;
  readonly gid: number;
  /** The runtime has CAP_SETUID and CAP_SETGID over its own user namespace. */
  readonly privileged: boolean;
}

/** True if the kernel would refuse these maps to the runtime itself. */
export function needsIdMapHelper({ uidMappings, gidMappings, uid, gid, privileged }: IdMapInput): boolean {
  return !privileged && !(isSingleSelfMapping(uidMappings, uid) && isSingleSelfMapping(gidMappings, gid));
}

/** A gid map that is written without privilege costs the namespace setgroups(2): a group must not be left to gain access. */
export function planIdMaps(input: IdMapInput): Planned<HostStep> {
  requireBoth(input);
  const byHelper = needsIdMapHelper(input);
  return {
    origin: "/linux/uidMappings",
    step: {
      op: "writeIdMaps",
      uidMap: mapLines(input.uidMappings),
      gidMap: mapLines(input.gidMappings),
      byHelper,
      denySetgroups: !input.privileged && !byHelper,
    },
  };
}

function requireBoth({ uidMappings, gidMappings }: IdMapInput): void {
  for (const [name, mappings] of [
    ["uidMappings", uidMappings],
    ["gidMappings", gidMappings],
  ] as const) {
    if (mappings.length > 0) continue;
    throw new RuntimeError("config", `cannot make a user namespace: linux.${name} is empty`, {
      pointer: `/linux/${name}`,
      hint: "map at least id 0 of the container",
    });
  }
}
