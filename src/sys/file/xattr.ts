/** Extended attributes, of symbolic links and devices too. Names and values are byte strings, as in tree.ts. */
import { latin1, latin1Bytes } from "../../base/bytes.ts";
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { nameBytes, shownName } from "./tree.ts";

/** 0 or minus errno. */
export function trySetXattr(fd: number, name: string, value: string): number {
  return syscall(SYS.fsetxattr, fd, nameBytes(name), latin1Bytes(value), value.length, 0);
}

/** Of a name in the directory `at`: 0 or minus errno. */
export function trySetXattrAt(at: number, file: string, name: string, value: string): number {
  return syscall(SYS.lsetxattr, pathOf(at, file), nameBytes(name), latin1Bytes(value), value.length, 0);
}

const LARGEST = 65536;

/** All of a name in the directory `at`; none where the file system has no such thing. Sorted by name. */
export function readXattrs(at: number, file: string): [name: string, value: string][] {
  if (hasNoXattrs(at, file)) return [];
  const path = pathOf(at, file);
  const list = new Uint8Array(LARGEST);
  const length = check(syscall(SYS.llistxattr, path, list, list.length), "llistxattr(2)", `read the attributes of ${shownName(file)}`);
  const names = latin1(list, 0, length)
    .split("\0")
    .filter((name) => name !== "");
  return names.sort().map((name) => [name, readXattr(path, name)]);
}

/** A call that takes the directory goes no way through /proc. There is one since Linux 6.13; where it is refused, for whatever reason, the others decide. */
function hasNoXattrs(at: number, file: string): boolean {
  const length = syscall(SYS.listxattrat, at, nameBytes(file), AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, null, 0);
  return length === 0 || (length < 0 && syscall(SYS.llistxattr, pathOf(at, file), null, 0) <= 0);
}

function readXattr(path: Uint8Array, name: string): string {
  const value = new Uint8Array(LARGEST);
  const length = check(syscall(SYS.lgetxattr, path, nameBytes(name), value, value.length), "lgetxattr(2)", `read attribute ${name}`);
  return latin1(value, 0, length);
}

/** "" is the directory itself. */
function pathOf(at: number, file: string): Uint8Array {
  return nameBytes(file === "" ? `/proc/self/fd/${at}/.` : `/proc/self/fd/${at}/${file}`);
}

/** One attribute of a name in the directory `at`, or undefined if there is none. */
export function readXattrIfThere(at: number, file: string, name: string): string | undefined {
  const path = pathOf(at, file);
  const length = syscall(SYS.lgetxattr, path, nameBytes(name), null, 0);
  if (length === -ERRNO.ENODATA || length === -ERRNO.EOPNOTSUPP) return undefined;
  check(length, "lgetxattr(2)", `read attribute ${name}`);
  return readXattr(path, name);
}
