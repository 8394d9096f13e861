/** Files that stand for namespaces. ioctl_ns(2) */
import { exactU64 } from "../../base/bytes.ts";
import { AT_EMPTY_PATH } from "../call/at-flags.ts";
import { Fd } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, statIfThere, tryOpen } from "../file/file.ts";

const NS_GET_USERNS = 0xb701;
const NS_GET_NSTYPE = 0xb703;

/** The clone(2) flag of the namespace that the file at `path` stands for; 0 if it stands for none, undefined if it is not there or cannot be opened. */
export function namespaceAt(path: string): number | undefined {
  const found = statIfThere(path);
  if (found === undefined) return undefined;
  if (found.kind !== "file") return 0; // to open another file may do something, or take forever
  const opened = tryOpen(path, OPEN.read);
  if (opened < 0) return undefined;
  using fd = new Fd(opened);
  return namespaceType(fd);
}

/** As `namespaceAt` has it. */
function namespaceType(file: Fd): number {
  return Math.max(0, syscall(SYS.ioctl, file.number, NS_GET_NSTYPE, 0));
}

/** The namespace of that type, a clone(2) flag, that the file at `path` stands for; undefined if there is none. */
export function openNamespace(path: string, type: number): Fd | undefined {
  const opened = tryOpen(path, OPEN.read | OPEN.nonBlock);
  if (opened < 0) return undefined;
  const fd = new Fd(opened);
  if (namespaceType(fd) === type) return fd;
  fd.close();
  return undefined;
}

/** The user namespace that a namespace belongs to; undefined if it is not ours, or below ours. */
export function ownerOf(namespace: Fd): Fd | undefined {
  const owner = syscall(SYS.ioctl, namespace.number, NS_GET_USERNS, 0);
  return owner < 0 ? undefined : new Fd(owner);
}

const STATX_INO = 0x100;

/** By which links in procfs name a namespace. A link to a file that is bind-mounted has its path instead. struct statx: ino at 32. */
export function namespaceInode(namespace: Fd): bigint {
  const status = new Uint8Array(256);
  const result = syscall(SYS.statx, namespace.number, cstring(""), AT_EMPTY_PATH, STATX_INO, status);
  check(result, "statx(2)", "look at a namespace");
  return exactU64(status, 32);
}
