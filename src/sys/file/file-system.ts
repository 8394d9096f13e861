/** Which file system an open directory is on. statfs(2), statx(2). */
import { i64, latin1, u32 } from "../../base/bytes.ts";
import { AT_EMPTY_PATH, AT_FDCWD } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN } from "./file.ts";
import { byteString, nameBytes, tryOpenAt } from "./tree.ts";

const CGROUP = 0x27e0eb;
const CGROUP2 = 0x63677270;

export function isOnCgroupFs(directory: Fd): boolean {
  const buffer = new Uint8Array(120); // struct statfs
  check(syscall(SYS.fstatfs, directory.number, buffer), "fstatfs(2)", "look at a file system");
  const type = u32(buffer, 0);
  return type === CGROUP || type === CGROUP2;
}

/** True if the directory above is on another file system, or there is none above. */
export function isTopOfFileSystem(directory: Fd): boolean {
  const opened = tryOpenAt(directory.number, "..", OPEN.path | OPEN.directory);
  if (opened === -ERRNO.ENOENT) return false; // it has been removed meanwhile, which happens to no top
  using above = new Fd(check(opened, "open(2)", "look at the directory above"));
  const [here, there] = [placeOf(directory), placeOf(above)];
  return here.device !== there.device || here.inode === there.inode;
}

const STATX_INO = 0x100;

interface Place {
  readonly device: string;
  readonly inode: string;
}

/** No two directories are in the same place. struct statx: ino at 32, dev 136 and 140. */
export function placeOf(directory: Fd): Place {
  const buffer = new Uint8Array(256);
  check(syscall(SYS.statx, directory.number, nameBytes(""), AT_EMPTY_PATH, STATX_INO, buffer), "statx(2)", "look at a directory");
  return { inode: latin1(buffer, 32, 40), device: latin1(buffer, 136, 144) };
}

const STATX_BTIME = 0x800;

/** When a file was made, in seconds since 1970; undefined where the file system does not keep it. struct statx: mask at 0, btime 80. */
export function readBirth(path: string): number | undefined {
  const buffer = new Uint8Array(256);
  const result = syscall(SYS.statx, AT_FDCWD, nameBytes(byteString(path)), 0, STATX_BTIME, buffer);
  if (result < 0 || (u32(buffer, 0) & STATX_BTIME) === 0) return undefined;
  return i64(buffer, 80) + u32(buffer, 88) / 1e9;
}
