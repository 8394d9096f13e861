/** Flag bits of the system calls in steps, and their names. The numbers are the same on x86_64 and aarch64. Pure. */

/** MOUNT_ATTR_* (linux/mount.h). */
export const MOUNT_ATTRIBUTES = {
  MOUNT_ATTR_RDONLY: 0x1n,
  MOUNT_ATTR_NOSUID: 0x2n,
  MOUNT_ATTR_NODEV: 0x4n,
  MOUNT_ATTR_NOEXEC: 0x8n,
  MOUNT_ATTR_NOATIME: 0x10n,
  MOUNT_ATTR_STRICTATIME: 0x20n,
  MOUNT_ATTR_NODIRATIME: 0x80n,
  MOUNT_ATTR_IDMAP: 0x100000n,
  MOUNT_ATTR_NOSYMFOLLOW: 0x200000n,
} as const;

/** MOUNT_ATTR__ATIME, the field of the access time mode: an enumeration, to be cleared as a whole before one is set. */
export const ATIME_MASK = 0x70n;

/** MS_* bits of mount(2) that apply to a file system and not to one mount of it. */
export const MOUNT_FLAGS = {
  MS_RDONLY: 0x1n,
  MS_SYNCHRONOUS: 0x10n,
  MS_MANDLOCK: 0x40n,
  MS_DIRSYNC: 0x80n,
  MS_LAZYTIME: 0x2000000n,
} as const;

/** MS_* bits of a propagation type, as mount_setattr(2) takes them; mount(2) adds MS_REC for the whole subtree. */
export const PROPAGATION = {
  MS_REC: 0x4000n,
  MS_UNBINDABLE: 0x20000n,
  MS_PRIVATE: 0x40000n,
  MS_SLAVE: 0x80000n,
  MS_SHARED: 0x100000n,
} as const;

/** CLONE_NEW* (linux/sched.h). */
export const CLONE_FLAGS = {
  CLONE_NEWTIME: 0x80n,
  CLONE_NEWNS: 0x20000n,
  CLONE_NEWCGROUP: 0x2000000n,
  CLONE_NEWUTS: 0x4000000n,
  CLONE_NEWIPC: 0x8000000n,
  CLONE_NEWUSER: 0x10000000n,
  CLONE_NEWPID: 0x20000000n,
  CLONE_NEWNET: 0x40000000n,
} as const;

/** `bits` by name, joined with `|`; unnamed bits stay a hexadecimal number, and no bits at all are `0`. */
export function flagNames(names: Readonly<Record<string, bigint>>, bits: bigint): string {
  const known = Object.entries(names).filter(([, bit]) => bit !== 0n && (bits & bit) === bit);
  const rest = known.reduce((left, [, bit]) => left & ~bit, bits);
  const words = known.map(([name]) => name);
  if (rest !== 0n) words.push(`0x${rest.toString(16)}`);
  return words.length === 0 ? "0" : words.join("|");
}
