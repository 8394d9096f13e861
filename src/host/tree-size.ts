/** How many bytes the files below a directory have: each once, however many names it has. Follows no link. */
import { walkTree } from "../sys/descent.ts";
import { ERRNO } from "../sys/errno.ts";
import { Fd } from "../sys/fd.ts";
import { OPEN, tryOpen } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { lookAt, readNames, tryOpenAt } from "../sys/tree.ts";

const DIRECTORY = OPEN.read | OPEN.directory | OPEN.noFollow;

/** What goes away while we look, or cannot be opened, is left out. */
export function treeSize(path: string): number {
  using top = new Fd(check(tryOpen(path, DIRECTORY), "open(2)", `open directory ${path}`));
  const seen = new Set<string>();
  let size = 0;
  walkTree(top, {
    enter: (directory) =>
      readNames(directory).filter((name) => {
        const status = lookAt(directory, name);
        if (status?.kind !== "file" || seen.has(status.inode)) return status?.kind === "directory";
        if (status.links > 1) seen.add(status.inode);
        size += status.size;
        return false;
      }),
    open: (at, name) => {
      const opened = tryOpenAt(at, name, DIRECTORY);
      return opened < 0 ? -ERRNO.ENOENT : opened;
    },
  });
  return size;
}
