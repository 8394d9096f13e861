/** How many bytes the files below a directory have: each once, however many names it has. Follows no link. */

import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { WayLost, walkTree } from "../../sys/file/descent.ts";
import { OPEN, tryOpen } from "../../sys/file/file.ts";
import { lookAt, readNames, tryOpenAt } from "../../sys/file/tree.ts";

const DIRECTORY = OPEN.read | OPEN.directory | OPEN.noFollow;

/** Whoever moves directories all the time is not waited for. */
const ATTEMPTS = 5;

/**
 * What goes away while we look, or cannot be opened, is left out. Where directories are moved while we are in them we look again, and
 * in the end it is what was found at most.
 */
export function treeSize(path: string): number {
  let most = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { size, isWhole } = measure(path);
    if (isWhole) return size;
    most = Math.max(most, size);
  }
  return most;
}

function measure(path: string): { readonly size: number; readonly isWhole: boolean } {
  using top = new Fd(check(tryOpen(path, DIRECTORY), "open(2)", `open directory ${path}`));
  let size = 0;
  try {
    visitFiles(top, (bytes) => {
      size += bytes;
    });
  } catch (error) {
    if (!(error instanceof WayLost)) throw error;
    return { size, isWhole: false };
  }
  return { size, isWhole: true };
}

function visitFiles(top: Fd, add: (bytes: number) => void): void {
  const seen = new Set<string>();
  walkTree(top, {
    enter: (directory) =>
      readNames(directory).filter((name) => {
        const status = lookAt(directory, name);
        if (status?.kind !== "file" || seen.has(status.inode)) return status?.kind === "directory";
        if (status.links > 1) seen.add(status.inode);
        add(status.size);
        return false;
      }),
    open: (at, name) => {
      const opened = tryOpenAt(at, name, DIRECTORY);
      return opened < 0 ? -ERRNO.ENOENT : opened;
    },
  });
}
