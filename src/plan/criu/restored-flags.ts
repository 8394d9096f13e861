/**
 * Flags that mounts have lost on their way through CRIU: it knows no nosymfollow, and of two mounts from one place on the host it gives only the
 * first one its flags, so that what was read-only could be written to. It gives them those that they had, whatever config.json says now. Pure.
 */
import type { Spec } from "../../spec/types.ts";
import { MOUNT_ATTRIBUTES as ATTR } from "../steps/kernel-flags.ts";

/** Those that forbid something. */
const WORDS: Readonly<Record<string, bigint>> = {
  ro: ATTR.MOUNT_ATTR_RDONLY,
  nosuid: ATTR.MOUNT_ATTR_NOSUID,
  nodev: ATTR.MOUNT_ATTR_NODEV,
  noexec: ATTR.MOUNT_ATTR_NOEXEC,
  nosymfollow: ATTR.MOUNT_ATTR_NOSYMFOLLOW,
};

interface FlaggedMount {
  readonly mountPoint: string;
  readonly flags: string;
}

export interface FlagChange<M> {
  readonly mount: M;
  readonly set: bigint;
  readonly clear: bigint;
}

/** What mounts have to forbid. */
export interface WantedFlags {
  /** All of them, as they were; none if nobody has written that down. */
  readonly written: readonly FlaggedMount[];
  /** Those from the host and the root, as config.json and the host would have them now. */
  readonly staged: readonly FlaggedMount[];
}

/** Of native init's mounts, as the container names them, those that have flags which count. Init has not made the root read-only yet. */
export function stagedMounts({ root }: Spec, mounts: readonly FlaggedMount[], external: readonly string[]): FlaggedMount[] {
  const wanted = new Set(external);
  const top = root?.readonly === true ? [{ mountPoint: "/", flags: "ro" }] : [];
  return [...top, ...mounts.filter(({ mountPoint }) => wanted.has(mountPoint))];
}

/** What makes `restored` forbid what they did, and what is forbidden now. Of mounts one over the other nobody knows which is which: they are left alone. */
export function findLostFlags<M extends FlaggedMount>(restored: readonly M[], { written, staged }: WantedFlags): FlagChange<M>[] {
  const [before, now] = [written, staged].map((mounts) => Map.groupBy(mounts, ({ mountPoint }) => mountPoint));
  return [...Map.groupBy(restored, ({ mountPoint }) => mountPoint)].flatMap(([path, [mount, ...covered]]) => {
    const [one, ...others] = before?.get(path) ?? [];
    const [place, ...more] = now?.get(path) ?? [];
    if (mount === undefined || covered.length + others.length + more.length > 0) return [];
    const has = parseFlags(mount.flags);
    const wanted = (one === undefined ? has : parseFlags(one.flags)) | parseFlags(place?.flags ?? "");
    return wanted === has ? [] : [{ mount, set: wanted & ~has, clear: has & ~wanted }];
  });
}

function parseFlags(text: string): bigint {
  return text.split(",").reduce((flags, word) => flags | (WORDS[word] ?? 0n), 0n);
}
