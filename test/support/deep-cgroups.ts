/** Cgroups as a container with write access to its own can make them: nested until no path reaches the last one. */

import { Fd, writeAll } from "../../src/sys/call/fd.ts";
import { check } from "../../src/sys/call/libc.ts";
import { Descent } from "../../src/sys/file/descent.ts";
import { OPEN, openFile } from "../../src/sys/file/file.ts";
import { tryMakeDirectoryAt, tryOpenAt } from "../../src/sys/file/tree.ts";

const NAME = "d".repeat(100);

/** Makes `depth` nested cgroups and puts the process into the last one. */
export function makeDeepCgroups(top: string, depth: number, pid?: number): void {
  using directory = openFile(top, OPEN.read | OPEN.directory);
  using descent = new Descent(directory);
  for (let level = 0; level < depth; level++) {
    check(tryMakeDirectoryAt(descent.directory, NAME, 0o755), "mkdir(2)", `make cgroup ${level}`);
    check(descent.tryEnter(NAME), "open(2)", `open cgroup ${level}`);
  }
  if (pid === undefined) return;
  using procs = new Fd(check(tryOpenAt(descent.directory, "cgroup.procs", OPEN.write), "open(2)", "open cgroup.procs"));
  writeAll(procs.number, Buffer.from(String(pid)), "cgroup.procs");
}
