/**
 * The runtime-spec's Linux mount options (config.md, Linux mount options) as effects on a mount. Pure.
 *
 * Options are read from left to right and a later one undoes an earlier one. Options not in the table go to the file
 * system, as fsconfig(2) takes them: one key, with or without a value.
 */
import { byteLength } from "../../base/text.ts";
import { ATIME_MASK, MOUNT_ATTRIBUTES, MOUNT_FLAGS, PROPAGATION } from "../steps/kernel-flags.ts";

/** What one option does. Absent = no effect of this kind; `{}` is accepted and changes nothing. */
interface Effect {
  readonly set?: bigint;
  readonly clear?: bigint;
  /** Chooses an access time mode. */
  readonly atime?: AtimeMode;
  /** Drops an access time mode, if no other was chosen. */
  readonly notAtime?: AtimeMode;
  /** The attributes above apply to the whole subtree. */
  readonly recursive?: true;
  /** A flag of the superblock: which one, and fsconfig(2)'s word for it (fs/fs_context.c). */
  readonly superblock?: readonly [flag: string, word: string];
  readonly propagation?: Propagation;
  readonly bind?: "plain" | "recursive";
  readonly idmap?: "plain" | "recursive";
  readonly remount?: true;
  readonly tmpcopyup?: true;
}

type AtimeMode = "relatime" | "noatime" | "strictatime";

/** One change of propagation: an MS_* type, with MS_REC if it applies to the whole subtree. */
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
  // flags of mount(2) that fsconfig(2) has no word for: one silences the kernel's log, the other is up to the file system
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
  // mount(8)'s own words, with their effect on mounting, which is mostly none
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

/** mount(2)'s flags for the words of fsconfig(2); the other words only clear one of these. */
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
  /** MOUNT_ATTR_* for this mount alone, applied after the recursive ones. In each pair `clear` comes before `set`. */
  readonly set: bigint;
  readonly clear: bigint;
  /** MOUNT_ATTR_* for this mount and all below it. */
  readonly recursiveSet: bigint;
  readonly recursiveClear: bigint;
  /** Flags of a bind mount's source stay, named or not. */
  readonly isLocked?: boolean;
  /** Applied in this order: `slave`, then `shared` is both. */
  readonly propagation: readonly Propagation[];
  /**
   * fsconfig(2)'s words for the superblock, to be omitted for a bind mount, whose superblock belongs to others. `ro` is not
   * among them: mount(2) makes a new superblock read-only when the mount is, and remounting sets it anew.
   */
  readonly superblock: readonly string[];
  /** `key=value` or a bare key for fsconfig(2), of the file system itself. */
  readonly data: readonly string[];
  /** The same as `superblock` and `data`, in mount(2)'s form: MS_* bits, and the text as it is written. */
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
  const said = { bind: false, recursive: false, remount: false, tmpcopyup: false, idmap: "none" as MountOptions["idmap"] };
  for (const option of options) {
    const effect = effectOf(option);
    if (effect === undefined) {
      text.push(option);
      continue;
    }
    said.bind ||= effect.bind !== undefined;
    said.recursive ||= effect.bind === "recursive";
    said.remount ||= effect.remount === true;
    said.tmpcopyup ||= effect.tmpcopyup === true;
    said.idmap = effect.idmap ?? said.idmap;
    if (effect.recursive) forget(own, effect);
    change(effect.recursive ? below : own, effect);
    if (effect.superblock !== undefined) superblock.set(...effect.superblock);
    if (effect.propagation !== undefined) propagation.push(effect.propagation);
  }
  const { set, clear } = bitsOf(own);
  const { set: recursiveSet, clear: recursiveClear } = bitsOf(below);
  const { bind, recursive, remount, tmpcopyup, idmap } = said;
  const words = [...superblock.values()];
  return {
    bind,
    recursive,
    remount,
    tmpcopyup,
    idmap,
    set,
    clear,
    recursiveSet,
    recursiveClear,
    propagation,
    superblock: words,
    data: text.flatMap(splitData),
    superblockFlags: words.reduce((flags, word) => flags | (SUPERBLOCK_FLAGS[word] ?? 0n), 0n),
    text: text.join(","),
  };
}

function effectOf(option: string): Effect | undefined {
  const table: Readonly<Record<string, Effect>> = MOUNT_OPTIONS;
  if (Object.hasOwn(table, option)) return table[option];
  return /^(x-|X-|comment=)/.test(option) ? {} : undefined; // comments for mount(8) and its callers
}

function change(attributes: Attributes, { set = 0n, clear = 0n, atime, notAtime }: Effect): void {
  attributes.set = (attributes.set | set) & ~clear;
  attributes.clear = (attributes.clear | clear) & ~set;
  if (atime !== undefined) attributes.atime = atime;
  // relatime is the kernel's fallback, so there is nothing to leave it for
  if (notAtime === "relatime" && attributes.atime === "relatime") attributes.atime = undefined;
  else if (notAtime !== undefined && notAtime !== "relatime") attributes.atime = leave(attributes.atime, notAtime);
}

/** A recursive option applies to this mount as well, and so undoes what an earlier one said about it alone. */
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

/** Security labels: the only options in whose value quotes protect a comma (selinux/hooks.c). */
const QUOTED = /^(context|fscontext|defcontext|rootcontext)="([^"]*)"$/;

/**
 * One string of config.json may hold several options, like mount(2)'s data. A comma belongs to a value inside quotes,
 * after a backslash (overlay) and before a digit (tmpfs `mpol=bind:0,2`). Options without a key are skipped, as the kernel
 * does with such data.
 */
function splitData(option: string): string[] {
  if (!option.includes(",") && !option.includes('"') && !option.startsWith("=")) return option === "" ? [] : [option];
  const parts = option.match(/(?:"[^"]*"|\\.|,(?=\d)|[^,])+/gs) ?? [];
  return parts.filter((part) => !part.startsWith("=")).map((part) => part.replace(QUOTED, "$1=$2"));
}

/** The longest value that fsconfig(2) takes, without the NUL. */
const LONGEST_VALUE = 255;
/** In units of UTF-16, each of which takes three bytes at most. */
const SURELY_FITS = LONGEST_VALUE / 3;

/** False if fsconfig(2) would refuse an option because its key or value is too long. */
export function fitsFsconfig(options: readonly string[]): boolean {
  return options.every((option) => {
    if (option.length <= SURELY_FITS) return true;
    const equals = option.includes("=") ? option.indexOf("=") : option.length;
    return byteLength(option.slice(0, equals)) <= LONGEST_VALUE && byteLength(option.slice(equals + 1)) <= LONGEST_VALUE;
  });
}
