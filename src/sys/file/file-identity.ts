/** Whether a file is still the one it was: for what is derived from files that others replace. */
import { exactU64, hex } from "../../base/bytes.ts";
import { AT_FDCWD } from "../call/at-flags.ts";
import { cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const BASIC_STATS = 0x7ff;

/** True if both paths lead to one file now. Links are followed. */
export function isSameFile(one: string, other: string): boolean {
  const node = (path: string): string | undefined => /^[^.]*\.[^.]*/.exec(fileIdentity(path) ?? "")?.[0];
  return node(one) !== undefined && node(one) === node(other);
}

/** Device, inode, size and times of content and inode, in one word; undefined if there is no such file. Links are followed. */
export function fileIdentity(path: string): string | undefined {
  const status = new Uint8Array(256); // struct statx
  if (syscall(SYS.statx, AT_FDCWD, cstring(path), 0, BASIC_STATS, status) < 0) return undefined;
  const [inode, size, changed, device] = [32, 40, 96, 136].map((at) => exactU64(status, at).toString(36));
  return `${device}.${inode}.${size}.${changed}.${hex(status.subarray(104, 108))}`;
}
