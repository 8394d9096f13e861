/** Directories nested deeper than any path can say, made as a process does that goes into each. */
import { Fd } from "../../src/sys/fd.ts";
import { OPEN, openFile } from "../../src/sys/file.ts";
import { tryMakeDirectoryAt, tryOpenAt } from "../../src/sys/tree.ts";

/** `depth` directories called `name`, each in the one before, and a file in the last. */
export function makeDeepTree(path: string, depth: number, name: string): void {
  let here = openFile(path, OPEN.read | OPEN.directory);
  for (let i = 0; i < depth; i++) {
    if (tryMakeDirectoryAt(here.number, name, 0o755) < 0) throw new Error(`cannot make directory ${i}`);
    const inner = new Fd(tryOpenAt(here.number, name, OPEN.read | OPEN.directory));
    here.close();
    here = inner;
  }
  new Fd(tryOpenAt(here.number, "end", OPEN.write | OPEN.create, 0o644)).close();
  here.close();
}
