/**
 * What is in a container's cgroups and in those that it made below them: by descriptor, since a container that may write to its cgroups
 * makes them deeper than a path can be. Paths come from records, so they are looked at before anything is done to them.
 */
import { RuntimeError } from "../../base/errors.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, tryReadAll, tryWrite } from "../../sys/call/fd.ts";
import { check, kernelError } from "../../sys/call/libc.ts";
import { type Visitor, WayLost, walkTree } from "../../sys/file/descent.ts";
import { OPEN, tryOpen, tryRemoveDirectory } from "../../sys/file/file.ts";
import { isOnCgroupFs, isTopOfFileSystem } from "../../sys/file/file-system.ts";
import { tryRemoveDirectoryAt } from "../../sys/file/remove-tree.ts";
import { readDirectoryNames, tryOpenAt } from "../../sys/file/tree.ts";

/** undefined if there is none. Throws code "state" for what is no cgroup, or one with everybody's processes. */
function openCgroup(path: string): Fd | undefined {
  const opened = tryOpen(path, OPEN.read | OPEN.directory);
  if (opened === -ERRNO.ENOENT || opened === -ERRNO.ENODEV) return undefined;
  const directory = new Fd(check(opened, "open(2)", `open the cgroup ${path}`));
  if (isOnCgroupFs(directory) && !isTopOfFileSystem(directory)) return directory;
  directory.close();
  throw new RuntimeError("state", `cannot use ${path} as the cgroup of a container: it is none`, {
    hint: "somebody has changed the container's state",
  });
}

/** Throws code "state" for what is no cgroup, or one with everybody's processes. */
export function isCgroupThere(path: string): boolean {
  using directory = openCgroup(path);
  return directory !== undefined;
}

/** The processes in a cgroup and below it. */
export interface Members {
  /** Those of other pid namespaces, which show as 0, are not among them. */
  readonly pids: readonly number[];
  readonly count: number;
  /** False if there may be others: there were more cgroups than `most`, or one was removed while we looked. */
  readonly isComplete: boolean;
}

export function readMembers(path: string, most: number = Number.POSITIVE_INFINITY): Members {
  using top = openCgroup(path);
  if (top === undefined) return { pids: [], count: 0, isComplete: true };
  const lines: string[] = [];
  let seen = 0;
  const isWhole = tryWalk(top, {
    enter: (cgroup) => {
      for (const line of membersOf(cgroup, path)) lines.push(line);
      return seen++ < most ? readDirectoryNames(cgroup) : [];
    },
  });
  const pids = lines.filter((line) => line !== "0").map(Number);
  return { pids, count: lines.length, isComplete: isWhole && seen <= most };
}

/** False if the walk ended early: somebody removes cgroups at the same time. */
function tryWalk(top: Fd, visitor: Visitor): boolean {
  try {
    walkTree(top, visitor);
    return true;
  } catch (error) {
    if (error instanceof WayLost) return false;
    throw error;
  }
}

/** The lines of cgroup.procs. Of a threaded cgroup (v2) the one above lists the processes; one may be removed while we look. */
function membersOf(cgroup: number, path: string): string[] {
  const opened = tryOpenAt(cgroup, "cgroup.procs", OPEN.read);
  if (opened === -ERRNO.ENOENT || opened === -ERRNO.ENODEV) return [];
  using file = new Fd(check(opened, "open(2)", `open cgroup.procs of ${path}`));
  const read = tryReadAll(file.number);
  if (typeof read !== "number") return decodeText(read).split("\n").filter(Boolean);
  if (read === -ERRNO.EOPNOTSUPP || read === -ERRNO.ENODEV) return [];
  throw kernelError(-read, "read(2)", `read cgroup.procs of ${path}`);
}

/** Writes to a file of the cgroup and of all below it, the lowest first, as far as they stay. What is not there or not ours is left as it is. */
export function writeToAll(path: string, file: string, text: string): void {
  using top = openCgroup(path);
  if (top === undefined) return;
  tryWalk(top, {
    enter: readDirectoryNames,
    leave: (parent, name) => tryWriteAt(parent, `${name}/${file}`, text),
  });
  tryWriteAt(top.number, file, text);
}

function tryWriteAt(at: number, path: string, text: string): void {
  const opened = tryOpenAt(at, path, OPEN.write);
  if (opened < 0) return;
  using file = new Fd(opened);
  tryWrite(file.number, encodeText(text));
}

/** Removes a cgroup with those below it; 0, also if there is none, or minus errno: EBUSY while a process is in it. */
export function tryRemoveCgroup(path: string): number {
  const removed = tryRemoveDirectory(path);
  if (removed !== -ERRNO.EBUSY && removed !== -ERRNO.ENOTEMPTY) return removed === -ERRNO.ENOENT ? 0 : removed;
  {
    using top = openCgroup(path);
    if (top === undefined) return 0;
    tryWalk(top, { enter: readDirectoryNames, leave: tryRemoveDirectoryAt });
  }
  const result = tryRemoveDirectory(path);
  return result === -ERRNO.ENOENT ? 0 : result;
}
