/**
 * Directories in which something is made before it is renamed to its place. Each is locked by its maker; what is not locked was left by one that
 * died. Locks by name work the same way: a file that is locked while it is in use.
 */
import { Fd } from "../sys/fd.ts";
import { makeDirectories, OPEN, openFile, readDirectory, statFd, tryOpen, tryUnlink } from "../sys/file.ts";
import { lockFile, tryLockFile } from "../sys/file-lock.ts";
import { check } from "../sys/libc.ts";
import { randomName } from "../sys/random.ts";
import { removeTree } from "../sys/remove-tree.ts";
import { tryMakeDirectoryAt } from "../sys/tree.ts";

export interface Staging extends Disposable {
  readonly path: string;
}

const DIRECTORY = OPEN.read | OPEN.directory;

/** An empty directory in `parent`, which is removed with all that it has, unless it was renamed. */
export function openStaging(parent: string): Staging {
  for (;;) {
    const name = randomName();
    using tmp = openFile(parent, DIRECTORY);
    check(tryMakeDirectoryAt(tmp.number, name, 0o700), "mkdir(2)", `create directory ${parent}/${name}`);
    const path = `${parent}/${name}`;
    const opened = tryOpen(path, DIRECTORY);
    if (opened < 0) continue; // swept before it was locked
    const lock = new Fd(opened);
    if (tryLockFile(lock, "exclusive") && statFd(lock.number).links > 0)
      return { path, [Symbol.dispose]: () => discard(parent, name, lock) };
    lock.close();
  }
}

function discard(parent: string, name: string, lock: Fd): void {
  using tmp = openFile(parent, DIRECTORY);
  removeTree(tmp.number, name);
  lock.close();
}

/** Removes what nobody has locked. Returns how many. */
export function sweepStaging(parent: string): number {
  let swept = 0;
  for (const { name } of readDirectory(parent) ?? []) {
    const opened = tryOpen(`${parent}/${name}`, OPEN.read);
    if (opened < 0) continue; // removed by its maker just now
    using lock = new Fd(opened);
    if (!tryLockFile(lock, "exclusive")) continue;
    using tmp = openFile(parent, DIRECTORY);
    removeTree(tmp.number, name);
    swept++;
  }
  return swept;
}

/** Waits until nobody else has the lock of that name. */
export function lockByName(directory: string, name: string): Disposable {
  makeDirectories(directory, 0o700);
  for (;;) {
    const lock = openFile(`${directory}/${name}`, OPEN.read | OPEN.create | OPEN.noFollow, 0o600);
    lockFile(lock, "exclusive");
    if (statFd(lock.number).links > 0) return { [Symbol.dispose]: () => unlock(directory, name, lock) };
    lock.close(); // its last holder has removed it: the name is another file now
  }
}

/** A file that stays behind does no harm: nobody holds it, so the next one takes it. */
function unlock(directory: string, name: string, lock: Fd): void {
  tryUnlink(`${directory}/${name}`);
  lock.close();
}
