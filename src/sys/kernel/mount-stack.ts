/** Mounts that lie over each other: /proc/PID/mountinfo has only those that can be reached. statmount(2) */
import { exactU64, put32, put64, u32 } from "../../base/bytes.ts";
import { AT_FDCWD } from "../call/at-flags.ts";
import { cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const STATX_MNT_ID_UNIQUE = 0x4000;
const STATMOUNT_MNT_BASIC = 2;
const REQUEST_BYTES = 24; // struct mnt_id_req of Linux 6.8

/** The ids that mountinfo has of the mount that "/" is, of the one below it, and so on down; undefined before Linux 6.8. */
export function stackAtRoot(): number[] | undefined {
  const status = new Uint8Array(256); // struct statx: mask at 0, mnt_id 144
  if (syscall(SYS.statx, AT_FDCWD, cstring("/"), 0, STATX_MNT_ID_UNIQUE, status) < 0) return undefined;
  if ((u32(status, 0) & STATX_MNT_ID_UNIQUE) === 0) return undefined;
  const ids: number[] = [];
  for (let at = exactU64(status, 144); ; ) {
    const mount = readMount(at);
    if (mount === undefined) return undefined;
    ids.push(mount.id);
    if (mount.parent === at) return ids;
    at = mount.parent;
  }
}

/** struct statmount: mnt_parent_id at 48, mnt_id_old 56. */
function readMount(unique: bigint): { readonly id: number; readonly parent: bigint } | undefined {
  const request = new Uint8Array(REQUEST_BYTES);
  put32(request, 0, REQUEST_BYTES);
  put64(request, 8, unique);
  put64(request, 16, STATMOUNT_MNT_BASIC);
  const answer = new Uint8Array(512);
  if (syscall(SYS.statmount, request, answer, answer.length, 0) < 0) return undefined;
  return { id: u32(answer, 56), parent: exactU64(answer, 48) };
}
