/** Mounts that are not made by init: of the host, and in other mount namespaces. */
import { put64 } from "../../base/bytes.ts";
import type { HostPath } from "../../base/paths.ts";
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CLOEXEC } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, openFile } from "../file/file.ts";
import { openat2, RESOLVE } from "../file/openat2.ts";

const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

/** Takes the uppermost mount at `path` away with all below it, in use or not. umount2(2). */
export function detachMount(path: HostPath): void {
  check(syscall(SYS.umount2, cstring(path), MNT_DETACH | UMOUNT_NOFOLLOW), "umount2(2)", `unmount ${path}`);
}

const OPEN_TREE_CLONE = 1;
const AT_NO_AUTOMOUNT = 0x800;
const MS_RDONLY = 1;
const MS_PRIVATE = 0x40000;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const MOVE_MOUNT_T_EMPTY_PATH = 0x40;
const MOVE_MOUNT_SET_GROUP = 0x100;

const CLONE = OPEN_TREE_CLONE | O_CLOEXEC | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;

/** The uppermost mount at `path` without those below it, attached nowhere. open_tree(2) */
export function cloneMount(path: HostPath): Fd {
  return new Fd(check(syscall(SYS.open_tree, AT_FDCWD, cstring(path), CLONE), "open_tree(2)", `clone the mount on ${path}`));
}

/** Of a mount in our mount namespace; the kernel refuses to clone it by itself if others are locked to it. */
export function hasLockedMounts(mount: Fd): boolean {
  const cloned = syscall(SYS.open_tree, mount.number, cstring(""), CLONE | AT_EMPTY_PATH);
  if (cloned >= 0) new Fd(cloned).close();
  return cloned === -ERRNO.EINVAL;
}

/**
 * What is mounted on `path`, in which there are no links; undefined if that cannot be told. `isCached`: no file system is asked, as a container's could
 * let us wait forever, and the kernel knows the way to every mount. openat2(2)
 */
export function openMount(path: HostPath, { isCached }: { readonly isCached: boolean }): Fd | undefined {
  const resolve = RESOLVE.noSymlinks | (isCached ? RESOLVE.cached : 0);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const opened = openat2(AT_FDCWD, cstring(path), { flags: OPEN.path, resolve });
    if (opened >= 0) return new Fd(opened);
    if (opened !== -ERRNO.EAGAIN) return undefined;
  }
  return undefined;
}

/** Whoever else changes a mount or a directory just then is why the kernel says that it would have to wait. */
const MOST_TRIES = 100;

/** `mount` is attached nowhere. move_mount(2) */
export function attachMount(mount: Fd, path: HostPath): void {
  const moved = syscall(SYS.move_mount, mount.number, cstring(""), AT_FDCWD, cstring(path), MOVE_MOUNT_F_EMPTY_PATH);
  check(moved, "move_mount(2)", `attach a mount at ${path}`);
}

/** Puts `mount`, which is tied to nobody and shows the same as `from` or less, into its group: it is a slave of the same, and shared if that is. move_mount(2) */
export function tieMount(mount: Fd, from: Fd, what: string): void {
  const flags = MOVE_MOUNT_SET_GROUP | MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  check(syscall(SYS.move_mount, from.number, cstring(""), mount.number, cstring(""), flags), "move_mount(2)", `tie ${what} to the host's`);
}

/** Ties the uppermost mount at `path` to nobody, and lets it be bound. mount(2) */
export function makePrivate(path: HostPath): void {
  check(syscall(SYS.mount, 0, cstring(path), 0, MS_PRIVATE, 0), "mount(2)", `make ${path} private`);
}

/** An empty directory of our own that anybody may look into. mount(2) */
export function mountTmpfs(path: HostPath): void {
  check(
    syscall(SYS.mount, cstring("tmpfs"), cstring(path), cstring("tmpfs"), 0, cstring("mode=755")),
    "mount(2)",
    `mount a tmpfs on ${path}`,
  );
}

/** What is in the directories, read-only, with the mode of the first one, which is the uppermost. */
export function mountOverlay(layers: readonly Fd[], path: HostPath): void {
  const data = `lowerdir=${layers.map(({ number }) => `/proc/self/fd/${number}`).join(":")}`;
  const mounted = syscall(SYS.mount, cstring("overlay"), cstring(path), cstring("overlay"), MS_RDONLY, cstring(data));
  check(mounted, "mount(2)", `mount an overlay on ${path}`);
}

const ATTRIBUTE_BYTES = 32;

/** Bits are MOUNT_ATTR_*; `mount` is in our mount namespace. mount_setattr(2) */
export function changeMount(mount: Fd, { set, clear }: { readonly set: bigint; readonly clear: bigint }, what: string): void {
  const attributes = new Uint8Array(ATTRIBUTE_BYTES);
  put64(attributes, 0, set);
  put64(attributes, 8, clear);
  const changed = syscall(SYS.mount_setattr, mount.number, cstring(""), AT_EMPTY_PATH, attributes, ATTRIBUTE_BYTES);
  check(changed, "mount_setattr(2)", `change the flags of ${what}`);
}

const CLONE_NEWNS = 0x20000;

/** Does `action`, such as starting a child, in another mount namespace, and comes back from it with root and working directory. setns(2) */
export function whileInMountNamespace<T>(namespace: Fd, action: () => T): T {
  using own = openFile("/proc/self/ns/mnt", OPEN.read);
  using root = openFile("/", OPEN.path | OPEN.directory);
  using directory = openFile(".", OPEN.path | OPEN.directory);
  try {
    enter(own); // or we could not come back
    enter(namespace);
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
