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
  const isAlone = (path: string, mounts: readonly FlaggedMount[]): boolean =>
    mounts.filter(({ mountPoint }) => mountPoint === path).length === 1;
  const before = new Map(written.map(({ mountPoint, flags }) => [mountPoint, parseFlags(flags)]));
  return restored.flatMap((mount) => {
    const wanted = before.get(mount.mountPoint);
    const has = parseFlags(mount.flags);
    if (wanted === undefined || wanted === has) return [];
    if (!isAlone(mount.mountPoint, restored) || !isAlone(mount.mountPoint, written)) return [];
    return [{ mount, set: wanted & ~has, clear: has & ~wanted }];
  });
}

function parseFlags(text: string): bigint {
  return text.split(",").reduce((flags, word) => flags | (WORDS[word] ?? 0n), 0n);
}
