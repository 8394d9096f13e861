/**
 * Flags that mounts have lost on their way through CRIU: it knows no nosymfollow, and of two mounts from one place on the host it gives only the
 * first one its flags, so that what was read-only could be written to. Pure.
 */
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

/** What makes `restored` have the flags that were written down. Of mounts one over the other nobody knows which is which: they are left alone. */
export function findLostFlags<M extends FlaggedMount>(restored: readonly M[], written: readonly FlaggedMount[]): FlagChange<M>[] {
  const before = Map.groupBy(written, ({ mountPoint }) => mountPoint);
  return [...Map.groupBy(restored, ({ mountPoint }) => mountPoint)].flatMap(([path, [mount, ...covered]]) => {
    const [one, ...others] = before.get(path) ?? [];
    if (mount === undefined || one === undefined || covered.length + others.length > 0) return [];
    const [wanted, has] = [parseFlags(one.flags), parseFlags(mount.flags)];
    return wanted === has ? [] : [{ mount, set: wanted & ~has, clear: has & ~wanted }];
  });
}

function parseFlags(text: string): bigint {
  return text.split(",").reduce((flags, word) => flags | (WORDS[word] ?? 0n), 0n);
}
