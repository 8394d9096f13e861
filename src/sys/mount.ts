/** Mounts of the host, which only a container without a mount namespace of its own changes. */
import type { HostPath } from "../base/paths.ts";
import { check, cstring, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

/** Takes the uppermost mount at `path` away with all below it, in use or not. umount2(2). */
export function detachMount(path: HostPath): void {
  check(syscall(SYS.umount2, cstring(path), MNT_DETACH | UMOUNT_NOFOLLOW), "umount2(2)", `unmount ${path}`);
}
