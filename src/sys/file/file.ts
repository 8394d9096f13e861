/** Files and directories by system call. Paths are the host's. Functions named `try…` return minus errno instead of throwing. */
import { u16 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decodeText } from "../../base/text.ts";
import { machine, readFile, writeFile } from "../../engine/kernel.ts";
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CLOEXEC } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { check, cstring, kernelError, requireNoNul, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

/** Flags of open(2); O_DIRECTORY and O_NOFOLLOW differ between the architectures. */
export const OPEN = {
  read: 0,
  write: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  noTty: 0o400,
  truncate: 0o1000,
  append: 0o2000,
  nonBlock: 0o4000,
  directory: machine === "aarch64" ? 0o40000 : 0o200000,
  noFollow: machine === "aarch64" ? 0o100000 : 0o400000,
  path: 0o10000000,
} as const;

/** Relative paths count from the directory `at`. */
export function tryOpen(path: string, flags: number, mode = 0, at = AT_FDCWD): number {
  return syscall(SYS.openat, at, cstring(path), flags | O_CLOEXEC, mode);
}

export function openFile(path: string, flags: number, mode = 0, at = AT_FDCWD): Fd {
  return new Fd(check(tryOpen(path, flags, mode, at), "open(2)", `open ${path}`));
}

/** What is said of files that are not there, and of those of a process (ESRCH) or cgroup (ENODEV) that has just gone. */
const ABSENT: readonly number[] = [-ERRNO.ENOENT, -ERRNO.ENOTDIR, -ERRNO.ESRCH, -ERRNO.ENODEV];

export interface ReadOptions {
  /** Bytes. Default: more than any file of the kernel's has. */
  readonly limit?: number;
  /** False refuses a symbolic link in the last component. */
  readonly follow?: boolean;
}

const NO_WAITING = OPEN.nonBlock | OPEN.noTty | O_CLOEXEC;
const MIB = 1 << 20;
const DEFAULT_LIMIT = 64 * MIB;

export function readText(path: string, options?: ReadOptions): string {
  const text = readTextIfThere(path, options);
  if (text === undefined) throw kernelError(ERRNO.ENOENT, "open(2)", `open ${path}`);
  return text;
}

/**
 * The text of a regular file, or undefined if there is none, or none any more. Whatever else has that name (a FIFO without a
 * writer, an endless device) is an error and is not waited for; so is a file larger than the limit.
 */
export function readTextIfThere(path: string, { limit = DEFAULT_LIMIT, follow = true }: ReadOptions = {}): string | undefined {
  requireNoNul(path);
  const text = readFile(path, OPEN.read | NO_WAITING | (follow ? 0 : OPEN.noFollow), limit);
  if (typeof text === "string") return text;
  if (ABSENT.includes(text)) return undefined;
  requireRegular(text, path, follow);
  if (text !== -ERRNO.EFBIG) {
    using _opened = openFile(path, OPEN.read | NO_WAITING); // throws if that is what cannot be done
    throw kernelError(-text, "read(2)", `read ${path}`);
  }
  const accepted = limit < MIB ? `${limit} bytes` : `${limit / MIB} MiB`;
  throw new RuntimeError("unsupported", `cannot read ${path}: file too large`, { hint: `at most ${accepted} are read` });
}

/** Throws code "unsupported" if the kernel's answer is that there is something else than a regular file. */
function requireRegular(answer: number, path: string, follow: boolean): void {
  const isIrregular = answer === -ERRNO.ENXIO || answer === -ERRNO.EISDIR || (answer === -ERRNO.ELOOP && !follow);
  if (isIrregular) throw notRegular(path, statIfThere(path, follow)?.kind);
}

/** As `tryOpen`, without waiting for anybody. Throws code "unsupported" if there is something else than a regular file. */
export function tryOpenRegular(path: string, flags: number, mode = 0): number {
  const opened = tryOpen(path, flags | NO_WAITING, mode);
  requireRegular(opened, path, (flags & OPEN.noFollow) === 0);
  if (opened < 0) return opened;
  const { kind } = statFd(opened);
  if (kind === "file") return opened;
  new Fd(opened).close();
  throw notRegular(path, kind);
}

const KIND_WORDS = {
  directory: "a directory",
  file: "a file",
  link: "a symbolic link",
  character: "a device",
  block: "a device",
  fifo: "a FIFO",
  socket: "a socket",
} as const satisfies Readonly<Record<FileStatus["kind"], string>>;

function notRegular(path: string, kind: FileStatus["kind"] = "file"): RuntimeError {
  return new RuntimeError("unsupported", `cannot use ${path}: it is ${KIND_WORDS[kind]}, not a regular file`);
}

/** Throws code "unsupported" if writing to a file of that name could reach another one, or wait for somebody. */
export function requirePlain(path: string): void {
  const { kind = "file", links = 1 } = statIfThere(path, false) ?? {};
  if (kind !== "file" && kind !== "directory") throw notRegular(path, kind);
  if (kind === "file" && links > 1) throw new RuntimeError("unsupported", `cannot use ${path}: the file has other names, too`);
}

const OF_OTHERS: ReadonlySet<FileStatus["kind"]> = new Set(["fifo", "character", "block"]);

/** Throws code "unsupported" if opening a file of that name could wait for somebody, or be heard by a device. */
export function requireAtRest(path: string): void {
  const { kind = "file" } = statIfThere(path) ?? {};
  if (OF_OTHERS.has(kind)) throw notRegular(path, kind);
}

/** Writes `text` by one write(2) to a file that must exist, as the kernel's own files want it. Returns 0 or minus errno. */
export function tryWriteExisting(path: string, text: string): number {
  requireNoNul(path);
  return Math.min(writeFile(path, OPEN.write | O_CLOEXEC, text), 0);
}

/** Waits until its content is on disk. */
export function syncFile(fd: Fd, what: string): void {
  check(syscall(SYS.fsync, fd.number), "fsync(2)", `write ${what} to disk`);
}

/** The names in a directory: until then a crash of the machine may undo a `renameFile` in it. */
export function syncDirectory(path: string): void {
  using fd = openFile(path, OPEN.read | OPEN.directory);
  syncFile(fd, path);
}

const RENAME_EXCHANGE = 2;

/** Each gets the other's name. 0 or minus errno. */
export function tryExchange(one: string, other: string): number {
  return syscall(SYS.renameat2, AT_FDCWD, cstring(one), AT_FDCWD, cstring(other), RENAME_EXCHANGE);
}

/** A file of that name is replaced. */
export function renameFile(from: string, to: string): void {
  check(syscall(SYS.renameat2, AT_FDCWD, cstring(from), AT_FDCWD, cstring(to), 0), "rename(2)", `rename ${from} to ${to}`);
}

export function tryMakeDirectory(path: string, mode: number): number {
  return syscall(SYS.mkdirat, AT_FDCWD, cstring(path), mode);
}

const S_IFIFO = 0o10000;

/** A pipe with a name. fifo(7) */
export function makeFifo(path: string, mode: number): void {
  check(syscall(SYS.mknodat, AT_FDCWD, cstring(path), S_IFIFO | mode, 0), "mknod(2)", `make ${path}`);
}

/** With parents; what exists is left as it is. Returns the directories made, outermost first. */
export function makeDirectories(path: string, mode: number): string[] {
  const result = tryMakeDirectory(path, mode);
  if (result === -ERRNO.EEXIST) return [];
  if (result !== -ERRNO.ENOENT) {
    check(result, "mkdir(2)", `create directory ${path}`);
    return [path];
  }
  const made = makeDirectories(path.slice(0, path.lastIndexOf("/")) || "/", mode);
  const again = tryMakeDirectory(path, mode);
  if (again !== -ERRNO.EEXIST) check(again, "mkdir(2)", `create directory ${path}`);
  return again === 0 ? [...made, path] : made;
}

/** As `makeDirectories`, and the names of those that were made survive a crash of the machine. */
export function makeDurableDirectories(path: string, mode: number): void {
  for (const made of makeDirectories(path, mode)) syncDirectory(parentOf(made));
}

/** The directory that the last name of a path, absolute or relative, is in. */
export function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) || "/" : ".";
}

/** The group stays. A link is not followed. */
export function tryChown(path: string, uid: number): number {
  return syscall(SYS.fchownat, AT_FDCWD, cstring(path), uid, -1, AT_SYMLINK_NOFOLLOW);
}

const AT_REMOVEDIR = 0x200;

export function tryRemoveDirectory(path: string): number {
  return syscall(SYS.unlinkat, AT_FDCWD, cstring(path), AT_REMOVEDIR);
}

export function tryUnlink(path: string): number {
  return syscall(SYS.unlinkat, AT_FDCWD, cstring(path), 0);
}

/** The target of a symbolic link, or undefined if there is none to read. */
export function readLink(path: string): string | undefined {
  const buffer = new Uint8Array(4096);
  const length = syscall(SYS.readlinkat, AT_FDCWD, cstring(path), buffer, buffer.length);
  return length < 0 ? undefined : decodeText(buffer, 0, length);
}

/** The path with all links resolved (of the open file, by /proc/self/fd). */
export function realPath(path: string): string {
  using fd = openFile(path, OPEN.path);
  const resolved = readLink(`/proc/self/fd/${fd.number}`);
  if (resolved === undefined) check(-ERRNO.ENOENT, "readlink(2)", `resolve ${path}`);
  return resolved ?? path;
}

export interface FileStatus {
  readonly kind: "directory" | "file" | "link" | "character" | "block" | "fifo" | "socket";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Number of names; 0 for an open file that has been removed. */
  readonly links: number;
  /** Bytes; 0 for files that the kernel makes up. */
  readonly size: number;
  readonly device: { readonly major: number; readonly minor: number };
}

const KINDS = { 1: "fifo", 2: "character", 4: "directory", 6: "block", 8: "file", 10: "link", 12: "socket" } as const;
const STATX_WORDS = 64;

/** Follows links, unless told not to. undefined if there is no such file; throws for other failures. */
export function statIfThere(path: string, follow = true): FileStatus | undefined {
  const status = new Uint32Array(STATX_WORDS);
  const result = syscall(SYS.statx, AT_FDCWD, cstring(path), follow ? 0 : 0x100, 0x7ff, status);
  if (result === -ERRNO.ENOENT || result === -ERRNO.ENOTDIR) return undefined;
  check(result, "statx(2)", `look at ${path}`);
  return decodeStatx(status);
}

export function statFd(fd: number): FileStatus {
  const status = new Uint32Array(STATX_WORDS);
  check(syscall(SYS.statx, fd, "", AT_EMPTY_PATH, 0x7ff, status), "statx(2)", "look at an open file");
  return decodeStatx(status);
}

/** struct statx in words of 4 bytes: nlink at 4, uid 5, gid 6, mode in the low half of 7, size 10 and 11, rdev 32 and 33. */
function decodeStatx(words: Uint32Array): FileStatus {
  const mode = words[7] ?? 0;
  return {
    kind: KINDS[((mode >> 12) & 0xf) as keyof typeof KINDS] ?? "file",
    mode: mode & 0o7777,
    uid: words[5] ?? 0,
    gid: words[6] ?? 0,
    links: words[4] ?? 0,
    size: (words[10] ?? 0) + (words[11] ?? 0) * 2 ** 32,
    device: { major: words[32] ?? 0, minor: words[33] ?? 0 },
  };
}

const W_OK = 2;
const AT_EACCESS = 0x200;

/** Whether we may write to it. */
export function isWritable(path: string): boolean {
  return syscall(SYS.faccessat2, AT_FDCWD, cstring(path), W_OK, AT_EACCESS) === 0;
}

export interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** The entries of a directory without "." and "..", or undefined if there is no such directory. */
export function readDirectory(path: string): Entry[] | undefined {
  const opened = tryOpen(path, OPEN.read | OPEN.directory);
  if (opened === -ERRNO.ENOENT || opened === -ERRNO.ENOTDIR) return undefined;
  using fd = new Fd(check(opened, "open(2)", `open directory ${path}`));
  const entries: Entry[] = [];
  const buffer = new Uint8Array(32768);
  for (;;) {
    const length = check(syscall(SYS.getdents64, fd.number, buffer, buffer.length), "getdents64(2)", `read directory ${path}`);
    if (length === 0) return entries;
    for (let at = 0; at < length; at += u16(buffer, at + 16)) {
      const name = decodeText(buffer, at + 19, buffer.indexOf(0, at + 19));
      if (name !== "." && name !== "..") entries.push({ name, isDirectory: isDirectory(path, name, buffer[at + 18]) });
    }
  }
}

const DT_UNKNOWN = 0;
const DT_DIR = 4;

/** Not every file system tells the type of an entry. */
function isDirectory(parent: string, name: string, type: number | undefined): boolean {
  return type === DT_DIR || (type === DT_UNKNOWN && statIfThere(`${parent}/${name}`, false)?.kind === "directory");
}
