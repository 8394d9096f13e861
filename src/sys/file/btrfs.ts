/**
 * Subvolumes of btrfs by ioctl (btrfs(5), linux/btrfs.h): directories that the file system can copy at once and share.
 * A subvolume's own directory has inode number 256, which is an ordinary number elsewhere.
 */
import { type Bytes, hex, put64, putLatin1 } from "../../base/bytes.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, tryOpen } from "./file.ts";

const SUBVOL_CREATE = 0x5000940e;
const SNAP_DESTROY = 0x5000940f;
const SNAP_CREATE_V2 = 0x50009417;
const SUBVOL_GETFLAGS = 0x80089419;
const SUBVOL_SETFLAGS = 0x4008941a;
const FS_INFO = 0x8400941f;

/** Both struct btrfs_ioctl_vol_args and its second version. */
const ARGUMENTS_SIZE = 4096;
/** Where the name starts in them: behind fd, and behind fd, transid, flags and four unused words. */
const NAME = 8;
const NAME_V2 = 56;
const READ_ONLY = 2n;

/** Which btrfs an open file or directory lies on, as 32 hexadecimal digits; undefined for another file system. */
export function btrfsOf(fd: number): string | undefined {
  const info = new Uint8Array(1024);
  return syscall(SYS.ioctl, fd, FS_INFO, info) < 0 ? undefined : hex(info.subarray(16, 32));
}

/** An empty subvolume of that name (a byte string) in the open directory `at`; 0 or minus errno. */
export function tryMakeSubvolume(at: number, name: string): number {
  return syscall(SYS.ioctl, at, SUBVOL_CREATE, named(name, NAME));
}

/** A writable copy of the subvolume `source` under that name in the open directory `at`; 0 or minus errno: EXDEV from another file system. */
export function trySnapshot(source: number, at: number, name: string): number {
  const request = named(name, NAME_V2);
  put64(request, 0, source);
  return syscall(SYS.ioctl, at, SNAP_CREATE_V2, request);
}

/**
 * Takes a subvolume away with all that is in it, at once; its file system frees the space later. 0 or minus errno: EPERM without
 * privileges and the mount option user_subvol_rm_allowed, ENOTEMPTY with other subvolumes in it. `at` may be opened by OPEN.path.
 */
export function tryDestroySubvolume(at: number, name: string): number {
  const opened = tryOpen(".", OPEN.read | OPEN.directory, 0, at);
  if (opened < 0) return opened;
  using directory = new Fd(opened);
  return syscall(SYS.ioctl, directory.number, SNAP_DESTROY, named(name, NAME));
}

/** Whether anything may be changed in a subvolume, for everybody; 0 or minus errno. */
export function trySetReadOnly(subvolume: number, readOnly: boolean): number {
  const flags = new BigUint64Array(1);
  const bytes = new Uint8Array(flags.buffer);
  const read = syscall(SYS.ioctl, subvolume, SUBVOL_GETFLAGS, bytes);
  if (read < 0) return read;
  flags[0] = readOnly ? (flags[0] ?? 0n) | READ_ONLY : (flags[0] ?? 0n) & ~READ_ONLY;
  return syscall(SYS.ioctl, subvolume, SUBVOL_SETFLAGS, bytes);
}

const SUBVOLUME_INODE = "0:256";

/** `inode` as NodeStatus has it. */
export function isSubvolume(fd: number, inode: string): boolean {
  return inode === SUBVOLUME_INODE && btrfsOf(fd) !== undefined;
}

function named(name: string, at: number): Bytes {
  const request = new Uint8Array(ARGUMENTS_SIZE);
  if (name.length >= ARGUMENTS_SIZE - NAME_V2) check(-ERRNO.ENAMETOOLONG, "ioctl(2)", "name a subvolume");
  putLatin1(request, at, name);
  return request;
}
