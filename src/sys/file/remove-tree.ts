/** Removes directory trees, however deep, whatever is in them. Follows no link, and leaves alone what is mounted somewhere in them. */
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { isSubvolume, tryDestroySubvolume, trySetReadOnly } from "./btrfs.ts";
import { walkTree } from "./descent.ts";
import { OPEN } from "./file.ts";
import { lookAt, nameBytes, readNames, shownName, tryChangeModeAt, tryOpenOnMount, tryUnlinkAt } from "./tree.ts";

/** Removes a name and all below it, subvolumes of btrfs included; what is not there is fine. */
export function removeTree(at: number, name: string): void {
  if (tryRemove(at, name) === "gone") return;
  const opened = openToEmpty(at, name);
  if (opened !== -ERRNO.ENOENT) {
    using top = new Fd(check(opened, "open(2)", `open directory ${shownName(name)}`));
    const enter = (directory: number): string[] => {
      top.close(); // the walk has its own: what ran out of descriptors is cleaned up with few of them
      return removeEntries(directory);
    };
    walkTree(top, { enter, leave: removeEmpty, open: openToEmpty });
  }
  removeEmpty(at, name);
}

/** Returns the directories that are not empty. */
function removeEntries(directory: number): string[] {
  return readNames(directory).filter((name) => tryRemove(directory, name) === "full");
}

function tryRemove(at: number, name: string): "gone" | "full" {
  const removed = tryUnlinkAt(at, name);
  if (removed === 0 || removed === -ERRNO.ENOENT) return "gone";
  if (removed !== -ERRNO.EISDIR) check(removed, "unlink(2)", `remove ${shownName(name)}`);
  return tryRemoveDirectoryAt(at, name) === 0 ? "gone" : "full";
}

function removeEmpty(at: number, name: string): void {
  const result = tryRemoveDirectoryAt(at, name);
  if (result !== -ERRNO.ENOENT) check(result, "rmdir(2)", `remove directory ${shownName(name)}`);
}

const AT_REMOVEDIR = 0x200;

/** 0 or minus errno. */
export function tryRemoveDirectoryAt(at: number, name: string): number {
  return syscall(SYS.unlinkat, at, nameBytes(name), AT_REMOVEDIR);
}

/** A subvolume that can go at once, as for root, is gone then: ENOENT. */
function openToEmpty(at: number, name: string): number {
  const opened = tryOpenReadable(at, name);
  if (opened === -ERRNO.EXDEV) {
    throw new RuntimeError("state", `cannot remove ${shownName(name)}: something is mounted there`, {
      hint: "unmount it first: what is in it belongs to somebody else",
    });
  }
  if (opened < 0) return opened;
  const directory = new Fd(opened);
  if (prepareEmptying(directory.number, at, name) === "ready") return opened;
  directory.close();
  return -ERRNO.ENOENT;
}

/** Without privileges, a directory without its permission bits has to be given them first. */
function tryOpenReadable(at: number, name: string): number {
  const flags = OPEN.read | OPEN.directory;
  const opened = tryOpenOnMount(at, name, flags);
  if (opened !== -ERRNO.EACCES) return opened;
  tryChangeModeAt(at, name, 0o700);
  return tryOpenOnMount(at, name, flags);
}

/** A subvolume that cannot go at once, as for users, is emptied like a directory. */
function prepareEmptying(directory: number, at: number, name: string): "removed" | "ready" {
  const status = lookAt(directory, "");
  if (status === undefined) return "ready";
  if (isSubvolume(directory, status.inode)) {
    if (tryDestroySubvolume(at, name) === 0) return "removed";
    trySetReadOnly(directory, false);
  }
  if ((status.mode & 0o300) !== 0o300) tryChangeModeAt(at, name, 0o700);
  return "ready";
}
