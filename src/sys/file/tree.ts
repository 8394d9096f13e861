/**
 * Files by directory descriptor and name, as unpacking and archiving hostile trees needs them: no function here follows a symbolic link
 * in the last component, and `tryOpenBeneath` follows none at all.
 *
 * Names and link targets are byte strings: one character for each byte, since a file's name need not be UTF-8 (`byteString`, `shownName`).
 * Functions named `try…` return minus errno instead of throwing.
 */
import { latin1, latin1Bytes, u16 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import { readFileAt } from "../../engine/kernel.ts";
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, O_CLOEXEC } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import { check, kernelError, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, tryOpen } from "./file.ts";
import { openat2, RESOLVE } from "./openat2.ts";

/** NUL-terminated, for the kernel. A NUL inside would cut it short, so it is refused. */
export function nameBytes(name: string): Uint8Array {
  if (name.includes("\0")) throw new RuntimeError("integrity", `cannot use ${JSON.stringify(name)} as a name: it contains a NUL byte`);
  return latin1Bytes(name, true);
}

const BENEATH = RESOLVE.beneath | RESOLVE.noSymlinks | RESOLVE.noMagicLinks;

/** `path` has no link, no ".." above `root`, no mount of another file system's magic. "." is `root` itself. */
export function tryOpenBeneath(root: number, path: string, flags: number, mode = 0): number {
  return openat2(root, nameBytes(path), { flags, mode, resolve: BENEATH });
}

/** As `tryOpenBeneath`, but EXDEV for what lies on another mount than `root`. */
export function tryOpenOnMount(root: number, path: string, flags: number): number {
  return openat2(root, nameBytes(path), { flags, resolve: BENEATH | RESOLVE.sameMount });
}

/** One name in the directory `at`; a symbolic link is refused by ELOOP. */
export function tryOpenAt(at: number, name: string, flags: number, mode = 0): number {
  return syscall(SYS.openat, at, nameBytes(name), flags | OPEN.noFollow | O_CLOEXEC, mode);
}

/**
 * A regular file to be read, of a tree in which a container may exchange names while we look: a device of its making is never opened, whatever
 * that would do. ENOENT for anything else.
 */
export function tryOpenFileAt(at: number, name: string): number {
  return reopenFile(tryOpenAt(at, name, OPEN.path));
}

/** Such a file read into memory, as far as one of them goes: the number of bytes. */
export function tryReadFileAt(at: number, name: string, memory: Uint8Array): number {
  return readFileAt(at, nameBytes(name), memory);
}

/** As `tryOpenFileAt`, by `tryOpenBeneath`. */
export function tryOpenFileBeneath(root: number, path: string): number {
  return reopenFile(tryOpenBeneath(root, path, OPEN.path | OPEN.noFollow));
}

/** What a descriptor of a path refers to stays the same, so it can be looked at before it is opened. */
function reopenFile(opened: number): number {
  if (opened < 0) return opened;
  try {
    return kindOf(opened) === "file" ? tryOpen(`/proc/self/fd/${opened}`, OPEN.read | OPEN.nonBlock) : -ERRNO.ENOENT;
  } finally {
    syscall(SYS.close, opened);
  }
}

export function tryMakeDirectoryAt(at: number, name: string, mode: number): number {
  return syscall(SYS.mkdirat, at, nameBytes(name), mode);
}

export function trySymlink(target: string, at: number, name: string): number {
  return syscall(SYS.symlinkat, nameBytes(target), at, nameBytes(name));
}

/** A second name for a file, or for a symbolic link itself. */
export function tryLink(from: number, fromName: string, at: number, name: string): number {
  return syscall(SYS.linkat, from, nameBytes(fromName), at, nameBytes(name), 0);
}

export interface Device {
  readonly major: number;
  readonly minor: number;
}

const TYPE_BITS = { character: 0o020000, block: 0o060000, fifo: 0o010000, socket: 0o140000 } as const;

export function tryMakeNode(at: number, name: string, kind: keyof typeof TYPE_BITS, device: Device): number {
  const number = (device.minor & 0xff) + device.major * 0x100 + (device.minor >>> 8) * 0x100000;
  return syscall(SYS.mknodat, at, nameBytes(name), TYPE_BITS[kind] | 0o600, number);
}

export function tryUnlinkAt(at: number, name: string): number {
  return syscall(SYS.unlinkat, at, nameBytes(name), 0);
}

const RENAME_NOREPLACE = 1;

/** Fails with EEXIST when the new name is taken. */
export function tryRenameNew(from: number, fromName: string, at: number, name: string): number {
  return syscall(SYS.renameat2, from, nameBytes(fromName), at, nameBytes(name), RENAME_NOREPLACE);
}

/** Another file of the new name is replaced. */
export function tryReplace(at: number, from: string, name: string): number {
  return syscall(SYS.renameat2, at, nameBytes(from), at, nameBytes(name), 0);
}

export function tryChangeOwnerAt(at: number, name: string, uid: number, gid: number): number {
  return syscall(SYS.fchownat, at, nameBytes(name), uid, gid, AT_SYMLINK_NOFOLLOW);
}

export function tryChangeOwner(fd: number, uid: number, gid: number): number {
  return syscall(SYS.fchown, fd, uid, gid);
}

/** Follows a symbolic link, as there is no other way before Linux 6.6: for names that the caller has just made. */
export function tryChangeModeAt(at: number, name: string, mode: number): number {
  return syscall(SYS.fchmodat, at, nameBytes(name), mode);
}

export function tryChangeMode(fd: number, mode: number): number {
  return syscall(SYS.fchmod, fd, mode);
}

/** A moment, to the nanosecond. */
export interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

const UTIME_OMIT = 0x3ffffffe;

/** Sets the time of modification only. Without a name: of the open file itself. */
export function trySetTime(at: number, name: string | null, { seconds, nanoseconds }: Time): number {
  const times = Uint32Array.of(0, 0, UTIME_OMIT, 0, seconds, Math.floor(seconds / 2 ** 32), nanoseconds, 0); // of 64 bits each
  const path = name === null ? null : nameBytes(name);
  return syscall(SYS.utimensat, at, path, times, name === null ? 0 : AT_SYMLINK_NOFOLLOW);
}

export type NodeKind = "directory" | "file" | "link" | "character" | "block" | "fifo" | "socket";
const KINDS: Readonly<Record<number, NodeKind>> = {
  1: "fifo",
  2: "character",
  4: "directory",
  6: "block",
  8: "file",
  10: "link",
  12: "socket",
};

export interface NodeStatus {
  readonly kind: NodeKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly size: number;
  /** Bytes that it takes on disk. */
  readonly allocated: number;
  readonly modified: Time;
  /** The last change of the content or of what stands here: the kernel's own, which nobody can set. */
  readonly changed: Time;
  readonly device: Device;
  /** The same for two names of one file, as far as one file system goes: its number in halves of 32 bits, `0:256`. */
  readonly inode: string;
}

const BASIC_STATS = 0x7ff;
const TYPE_AND_MODE = 3;
const NO_NAME = nameBytes("");

/** struct statx: what the last call has filled in, which is taken out of it at once. */
const STATX = new Uint32Array(64);

/** A name in the directory `at`, or with "" the open file itself. undefined if there is none, or none can be; throws for other failures. */
export function lookAt(at: number, name: string): NodeStatus | undefined {
  const result = syscall(SYS.statx, at, nameBytes(name), AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, BASIC_STATS, STATX);
  if (result === 0) return decodeStatx(STATX);
  if (result === -ERRNO.ENOENT || result === -ERRNO.ENOTDIR || result === -ERRNO.ENAMETOOLONG) return undefined;
  throw kernelError(-result, "statx(2)", `look at ${shownName(name)}`);
}

/** What an open file is. */
function kindOf(fd: number): NodeKind {
  check(syscall(SYS.statx, fd, NO_NAME, AT_EMPTY_PATH, TYPE_AND_MODE, STATX), "statx(2)", "look at an open file");
  return KINDS[((STATX[7] ?? 0) & 0xffff) >> 12] ?? "file";
}

/** nlink at 16, uid 20, gid 24, mode 28, ino 32, size 40, blocks 48, ctime 96, mtime 112, rdev 128 and 132. */
function decodeStatx(words: Uint32Array): NodeStatus {
  const mode = (words[7] ?? 0) & 0xffff;
  return {
    kind: KINDS[mode >> 12] ?? "file",
    mode: mode & 0o7777,
    uid: words[5] ?? 0,
    gid: words[6] ?? 0,
    links: words[4] ?? 0,
    size: longIn(words, 10),
    allocated: longIn(words, 12) * 512,
    modified: { seconds: longIn(words, 28), nanoseconds: words[30] ?? 0 },
    changed: { seconds: longIn(words, 24), nanoseconds: words[26] ?? 0 },
    device: { major: words[32] ?? 0, minor: words[33] ?? 0 },
    inode: `${words[9]}:${words[8]}`,
  };
}

/** Of two words, signed. */
function longIn(words: Uint32Array, at: number): number {
  const high = words[at + 1] ?? 0;
  return (words[at] ?? 0) + (high === 0 ? 0 : (high | 0) * 2 ** 32);
}

const LONGEST_TARGET = 4096;

/** The target of a symbolic link. */
export function readLinkAt(at: number, name: string): string {
  const buffer = new Uint8Array(LONGEST_TARGET);
  const length = check(syscall(SYS.readlinkat, at, nameBytes(name), buffer, buffer.length), "readlink(2)", `read link ${shownName(name)}`);
  return latin1(buffer, 0, length);
}

/** The names in an open directory without "." and "..", in the order of their bytes. */
export function readNames(directory: number): string[] {
  return readEntries(directory)
    .map(({ name }) => name)
    .sort();
}

/** The names of the directories in one, in any order. For file systems that tell types, as the kernel's own do. */
export function readDirectoryNames(directory: number): string[] {
  return readEntries(directory).flatMap(({ name, kind }) => (kind === "directory" ? [name] : []));
}

export interface DirectoryEntry {
  readonly name: string;
  /** undefined where the file system does not say. */
  readonly kind: NodeKind | undefined;
}

/** The same with what they are, in no order. struct linux_dirent64: length at 16, type 18, name 19. */
export function readEntries(directory: number): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  const buffer = new Uint8Array(32768);
  for (;;) {
    const length = syscall(SYS.getdents64, directory, buffer, buffer.length);
    if (length === 0 || length === -ERRNO.ENOENT) return entries; // at its end, or removed meanwhile
    check(length, "getdents64(2)", "read a directory");
    for (let at = 0; at < length; at += u16(buffer, at + 16)) {
      const name = latin1(buffer, at + 19, buffer.indexOf(0, at + 19));
      if (name !== "." && name !== "..") entries.push({ name, kind: KINDS[buffer[at + 18] ?? 0] });
    }
  }
}

/** Everything that the file system of `fd` has in memory goes to the disk. */
export function syncFileSystem(fd: number): void {
  check(syscall(SYS.syncfs, fd), "syncfs(2)", "write the layers to disk");
}

/** Text as a byte string. */
export function byteString(text: string): string {
  return latin1(encodeText(text));
}

/** A byte string as text for people: what is no UTF-8 becomes U+FFFD. */
export function shownName(name: string): string {
  return decodeText(latin1Bytes(name));
}
