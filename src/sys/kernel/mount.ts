/** Mounts of the host, which only a container without a mount namespace of its own changes; and other mount namespaces. */
import type { HostPath } from "../../base/paths.ts";
import type { Fd } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, openFile } from "../file/file.ts";

const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

/** Takes the uppermost mount at `path` away with all below it, in use or not. umount2(2). */
export function detachMount(path: HostPath): void {
  check(syscall(SYS.umount2, cstring(path), MNT_DETACH | UMOUNT_NOFOLLOW), "umount2(2)", `unmount ${path}`);
}

const CLONE_NEWNS = 0x20000;

/** Does `action`, such as starting a child, in another mount namespace, and comes back from it with root and working directory. setns(2) */
export function whileInMountNamespace<T>(namespace: Fd, action: () => T): T {
  using own = openFile("/proc/self/ns/mnt", OPEN.read);
  using root = openFile("/", OPEN.path | OPEN.directory);
  using directory = openFile(".", OPEN.path | OPEN.directory);
  enter(namespace);
  try {
    return action();
  } finally {
    enter(own);
    changeDirectory(root);
    check(syscall(SYS.chroot, cstring(".")), "chroot(2)", "come back to the root");
    changeDirectory(directory);
  }
}

function enter(namespace: Fd): void {
  check(syscall(SYS.setns, namespace.number, CLONE_NEWNS), "setns(2)", "enter a mount namespace");
}

function changeDirectory(directory: Fd): void {
  check(syscall(SYS.fchdir, directory.number), "fchdir(2)", "come back to a directory");
}
