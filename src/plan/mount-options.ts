/**
 * The runtime-spec's Linux mount options (config.md, Linux mount options) as effects on a mount. Pure.
 *
 * Options are read from left to right and a later one undoes an earlier one. What the table does not name goes to the
 * file system, as fsconfig(2) takes it: one key, with or without a value.
 */

import { ATIME_MASK, MOUNT_ATTRIBUTES, MOUNT_FLAGS, PROPAGATION } from "./kernel-flags.ts";

/** What one option does. Absent = nothing of this kind; `{}` is accepted and changes nothing. */
interface Effect {
  readonly set?: bigint;
  readonly clear?: bigint;
  /** Chooses an access time mode. */
  readonly atime?: AtimeMode;
  /** Leaves an access time mode, if no other was chosen. */
  readonly notAtime?: AtimeMode;
  /** The attributes above are those of the whole subtree. */
  readonly recursive?: true;
  /** A flag of the superblock: which, and the word that fsconfig(2) has for it (fs/fs_context.c). */
  readonly superblock?: readonly [flag: string, word: string];
  readonly propagation?: Propagation;
  readonly bind?: "plain" | "recursive";
  readonly idmap?: "plain" | "recursive";
  readonly remount?: true;
  readonly tmpcopyup?: true;
}

type AtimeMode = "relatime" | "noatime" | "strictatime";

/** One change of propagation: an MS_* type, with MS_REC if it is for the whole subtree. */
export interface Propagation {
  readonly flags: bigint;
}

const { MOUNT_ATTR_RDONLY: RDONLY, MOUNT_ATTR_NOSUID: NOSUID, MOUNT_ATTR_NODEV: NODEV, MOUNT_ATTR_NOEXEC: NOEXEC } = MOUNT_ATTRIBUTES;
const { MOUNT_ATTR_NODIRATIME: NODIRATIME, MOUNT_ATTR_NOSYMFOLLOW: NOSYMFOLLOW } = MOUNT_ATTRIBUTES;
const ATIME_BITS = { relatime: 0n, noatime: 0x10n, strictatime: 0x20n } as const satisfies Record<AtimeMode, bigint>;

export const MOUNT_OPTIONS = {
  defaults: {},
  ro: { set: RDONLY },
  rw: { clear: RDONLY },
  suid: { clear: NOSUID },
  nosuid: { set: NOSUID },
  dev: { clear: NODEV },
  nodev: { set: NODEV },
  exec: { clear: NOEXEC },
  noexec: { set: NOEXEC },
  symfollow: { clear: NOSYMFOLLOW },
  nosymfollow: { set: NOSYMFOLLOW },
  diratime: { clear: NODIRATIME },
  nodiratime: { set: NODIRATIME },
  atime: { notAtime: "noatime" },
  noatime: { atime: "noatime" },
  relatime: { atime: "relatime" },
  norelatime: { notAtime: "relatime" },
  strictatime: { atime: "strictatime" },
  nostrictatime: { notAtime: "strictatime" },
  rro: { set: RDONLY, recursive: true },
  rrw: { clear: RDONLY, recursive: true },
  rsuid: { clear: NOSUID, recursive: true },
  rnosuid: { set: NOSUID, recursive: true },
  rdev: { clear: NODEV, recursive: true },
  rnodev: { set: NODEV, recursive: true },
  rexec: { clear: NOEXEC, recursive: true },
  rnoexec: { set: NOEXEC, recursive: true },
  rsymfollow: { clear: NOSYMFOLLOW, recursive: true },
  rnosymfollow: { set: NOSYMFOLLOW, recursive: true },
  rdiratime: { clear: NODIRATIME, recursive: true },
  rnodiratime: { set: NODIRATIME, recursive: true },
  ratime: { notAtime: "noatime", recursive: true },
  rnoatime: { atime: "noatime", recursive: true },
  rrelatime: { atime: "relatime", recursive: true },
  rnorelatime: { notAtime: "relatime", recursive: true },
  rstrictatime: { atime: "strictatime", recursive: true },
  rnostrictatime: { notAtime: "strictatime", recursive: true },
  sync: { superblock: ["sync", "sync"] },
  async: { superblock: ["sync", "async"] },
  dirsync: { superblock: ["dirsync", "dirsync"] },
  lazytime: { superblock: ["lazytime", "lazytime"] },
  nolazytime: { superblock: ["lazytime", "nolazytime"] },
  mand: { superblock: ["mand", "mand"] },
  nomand: { superblock: ["mand", "nomand"] },
  // flags of mount(2) for which fsconfig(2) has no word: one quiets the kernel's log, the other is the file system's own affair
  silent: {},
  loud: {},
  iversion: {},
  noiversion: {},
  shared: { propagation: { flags: PROPAGATION.MS_SHARED } },
  rshared: { propagation: { flags: PROPAGATION.MS_SHARED | PROPAGATION.MS_REC } },
  slave: { propagation: { flags: PROPAGATION.MS_SLAVE } },
  rslave: { propagation: { flags: PROPAGATION.MS_SLAVE | PROPAGATION.MS_REC } },
  private: { propagation: { flags: PROPAGATION.MS_PRIVATE } },
  rprivate: { propagation: { flags: PROPAGATION.MS_PRIVATE | PROPAGATION.MS_REC } },
  unbindable: { propagation: { flags: PROPAGATION.MS_UNBINDABLE } },
  runbindable: { propagation: { flags: PROPAGATION.MS_UNBINDABLE | PROPAGATION.MS_REC } },
  bind: { bind: "plain" },
  rbind: { bind: "recursive" },
  remount: { remount: true },
  tmpcopyup: { tmpcopyup: true },
  // mount(8)'s own words: what they mean when mounting, which is mostly nothing
  auto: {},
  noauto: {},
  nofail: {},
  nouser: {},
  _netdev: {},
  user: { set: NOSUID | NODEV | NOEXEC },
  users: { set: NOSUID | NODEV | NOEXEC },
  owner: { set: NOSUID | NODEV },
  group: { set: NOSUID | NODEV },
  idmap: { idmap: "plain" },
  ridmap: { idmap: "recursive" },
} as const satisfies Readonly<Record<string, Effect>>;

/** What mount(2) has for the words of fsconfig(2); the others only take one of these away. */
const SUPERBLOCK_FLAGS: Readonly<Record<string, bigint>> = {
  sync: MOUNT_FLAGS.MS_SYNCHRONOUS,
  dirsync: MOUNT_FLAGS.MS_DIRSYNC,
  lazytime: MOUNT_FLAGS.MS_LAZYTIME,
  mand: MOUNT_FLAGS.MS_MANDLOCK,
};

export interface MountOptions {
  readonly bind: boolean;
  /** `rbind`: the mounts below the source come along. As in runc, a later `bind` does not take it back. */
  readonly recursive: boolean;
  readonly remount: boolean;
  readonly tmpcopyup: boolean;
  readonly idmap: "none" | "plain" | "recursive";
  /** MOUNT_ATTR_* for this mount alone, to be applied after the recursive ones. In each pair `clear` comes before `set`. */
  readonly set: bigint;
  readonly clear: bigint;
  /** MOUNT_ATTR_* for this mount and all below it. */
  readonly recursiveSet: bigint;
  readonly recursiveClear: bigint;
  /** To be applied in this order: `slave` and then `shared` is both. */
  readonly propagation: readonly Propagation[];
  /**
   * Words for fsconfig(2) about the superblock, to be left out for a bind mount, whose superblock is somebody else's.
   * `ro` is not among them: mount(2) makes a new superblock read-only when the mount is, and remounting decides anew.
   */
  readonly superblock: readonly string[];
  /** `key=value` or a bare key for fsconfig(2), of the file system itself. */
  readonly data: readonly string[];
  /** What `superblock` and `data` say, as mount(2) takes it: MS_* bits, and the text as it is written. */
  readonly superblockFlags: bigint;
  readonly text: string;
}

interface Attributes {
  set: bigint;
  clear: bigint;
  atime: AtimeMode | undefined;
}

export function parseMountOptions(options: readonly string[]): MountOptions {
  const own: Attributes = { set: 0n, clear: 0n, atime: undefined };
  const below: Attributes = { set: 0n, clear: 0n, atime: undefined };
  const superblock = new Map<string, string>();
  const propagation: Propagation[] = [];
  const text: string[] = [];
  const said: Effect[] = [];
  for (const option of options) {
    const effect = effectOf(option);
    if (effect === undefined) {
      text.push(option);
      continue;
    }
    said.push(effect);
    if (effect.recursive) forget(own, effect);
    change(effect.recursive ? below : own, effect);
    if (effect.superblock !== undefined) superblock.set(...effect.superblock);
    if (effect.propagation !== undefined) propagation.push(effect.propagation);
  }
  const recursive = bitsOf(below);
  return {
    bind: said.some((effect) => effect.bind !== undefined),
    recursive: said.some((effect) => effect.bind === "recursive"),
    remount: said.some((effect) => effect.remount),
    tmpcopyup: said.some((effect) => effect.tmpcopyup),
    idmap: said.findLast((effect) => effect.idmap !== undefined)?.idmap ?? "none",
    ...bitsOf(own),
    recursiveSet: recursive.set,
    recursiveClear: recursive.clear,
    propagation,
    superblock: [...superblock.values()],
    data: text.flatMap(splitData),
    superblockFlags: [...superblock.values()].reduce((flags, word) => flags | (SUPERBLOCK_FLAGS[word] ?? 0n), 0n),
    text: text.join(","),
  };
}

function effectOf(option: string): Effect | undefined {
  const table: Readonly<Record<string, Effect>> = MOUNT_OPTIONS;
  if (/^(x-|X-|comment=)/.test(option)) return {}; // notes for mount(8) and its callers
  return Object.hasOwn(table, option) ? table[option] : undefined;
}

function change(attributes: Attributes, { set = 0n, clear = 0n, atime, notAtime }: Effect): void {
  attributes.set = (attributes.set | set) & ~clear;
  attributes.clear = (attributes.clear | clear) & ~set;
  if (atime !== undefined) attributes.atime = atime;
  // relatime is what the kernel falls back to, so it cannot be left for anything
  if (notAtime === "relatime" && attributes.atime === "relatime") attributes.atime = undefined;
  else if (notAtime !== undefined && notAtime !== "relatime") attributes.atime = leave(attributes.atime, notAtime);
}

/** A recursive option speaks for this mount as well, and so undoes what an earlier one said of it alone. */
function forget(own: Attributes, { set = 0n, clear = 0n, atime, notAtime }: Effect): void {
  own.set &= ~(set | clear);
  own.clear &= ~(set | clear);
  if (atime !== undefined || notAtime !== undefined) own.atime = undefined;
}

function leave(current: AtimeMode | undefined, left: AtimeMode): AtimeMode {
  return current === undefined || current === left ? "relatime" : current;
}

function bitsOf({ set, clear, atime }: Attributes): { set: bigint; clear: bigint } {
  return atime === undefined ? { set, clear } : { set: set | ATIME_BITS[atime], clear: clear | ATIME_MASK };
}

/** Security labels: the one kind of option in whose value quotes keep a comma from ending it (selinux/hooks.c). */
const QUOTED = /^(context|fscontext|defcontext|rootcontext)="([^"]*)"$/;

/**
 * One string of config.json may hold several options, as mount(2)'s data would. A comma belongs to a value within
 * quotes, after a backslash (overlay) and before a digit (tmpfs `mpol=bind:0,2`). What has no key is passed over, as
 * the kernel does with such data.
 */
function splitData(option: string): string[] {
  const parts = option.match(/(?:"[^"]*"|\\.|,(?=\d)|[^,])+/gs) ?? [];
  return parts.filter((part) => !part.startsWith("=")).map((part) => part.replace(QUOTED, "$1=$2"));
}

/** fsconfig(2) takes no longer value than this, without the NUL. */
const LONGEST_VALUE = 255;

/** False if fsconfig(2) would refuse one of the options for the length of its key or value. */
export function fitsFsconfig(options: readonly string[]): boolean {
  return options.every((option) => {
    const [key = "", ...value] = option.split("=");
    return Buffer.byteLength(key) <= LONGEST_VALUE && Buffer.byteLength(value.join("=")) <= LONGEST_VALUE;
  });
}
