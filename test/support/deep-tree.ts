/** Directories nested more deeply than any path can express, made by entering each. */

import { Fd } from "../../src/sys/call/fd.ts";
import { check } from "../../src/sys/call/libc.ts";
import { Descent } from "../../src/sys/file/descent.ts";
import { OPEN, openFile } from "../../src/sys/file/file.ts";
import { tryMakeDirectoryAt, tryOpenAt } from "../../src/sys/file/tree.ts";

/** `depth` nested directories called `name`, and a file in the last. */
export function makeDeepTree(path: string, depth: number, name: string): void {
  using top = openFile(path, OPEN.read | OPEN.directory);
  using descent = new Descent(top);
  for (let level = 0; level < depth; level++) {
    check(tryMakeDirectoryAt(descent.directory, name, 0o755), "mkdir(2)", `make directory ${level}`);
    check(descent.tryEnter(name), "open(2)", `open directory ${level}`);
  }
  new Fd(check(tryOpenAt(descent.directory, "end", OPEN.write | OPEN.create, 0o644), "open(2)", "make the last file")).close();
}
