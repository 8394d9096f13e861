/** How many bytes the files below a directory have: each once, however many names it has. Follows no link. */
import { Fd } from "../sys/fd.ts";
import { OPEN, tryOpen } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { lookAt, readNames, tryOpenAt } from "../sys/tree.ts";

const DIRECTORY = OPEN.read | OPEN.directory | OPEN.noFollow;

export function treeSize(path: string): number {
  using directory = new Fd(check(tryOpen(path, DIRECTORY), "open(2)", `open directory ${path}`));
  return sizeBelow(directory.number, new Set());
}

/** What goes away while we look is left out. */
function sizeBelow(directory: number, seen: Set<string>): number {
  let size = 0;
  for (const name of readNames(directory)) {
    const status = lookAt(directory, name);
    if (status?.kind === "directory") {
      const opened = tryOpenAt(directory, name, DIRECTORY);
      if (opened < 0) continue;
      using inner = new Fd(opened);
      size += sizeBelow(inner.number, seen);
    } else if (status?.kind === "file" && !seen.has(status.inode)) {
      if (status.links > 1) seen.add(status.inode);
      size += status.size;
    }
  }
  return size;
}
