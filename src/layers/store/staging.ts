/**
 * Directories in which something is made before it is renamed to its place. Each is locked by its maker; what is not locked was left by one that
 * died. Locks by name work the same way: a file that is locked while it is in use.
 */
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { randomName } from "../../sys/call/random.ts";
import { makeDirectories, OPEN, openFile, readDirectory, statFd, tryOpen, tryRemoveDirectory, tryUnlink } from "../../sys/file/file.ts";
import { lockFile, tryLockFile } from "../../sys/file/file-lock.ts";
import { removeTree } from "../../sys/file/remove-tree.ts";
import { tryMakeDirectoryAt } from "../../sys/file/tree.ts";
import { SpareDescriptors } from "../../sys/process/spare-descriptors.ts";

export interface Staging extends Disposable {
  readonly path: string;
}

const DIRECTORY = OPEN.read | OPEN.directory;

/** For a walk: a directory, and one in it. */
const NEEDED_TO_REMOVE = 2;

/** An empty directory in `parent`, which is removed with all that it has, unless it was renamed; also where there are no descriptors left then. */
export function openStaging(parent: string): Staging {
  using held = new DisposableStack();
  const tmp = held.use(openFile(parent, DIRECTORY));
  const spare = held.use(new SpareDescriptors(NEEDED_TO_REMOVE));
  for (;;) {
    const name = randomName();
    const path = `${parent}/${name}`;
    check(tryMakeDirectoryAt(tmp.number, name, 0o700), "mkdir(2)", `create directory ${path}`);
    const lock = tryLockNew(path);
    if (lock === undefined) continue;
    const kept = held.move();
    kept.use(lock);
    kept.defer(() => removeTree(tmp.number, name));
    kept.use(spare);
    return { path, [Symbol.dispose]: () => kept.dispose() };
  }
}

/** undefined if it was swept before it was locked. */
function tryLockNew(path: string): Fd | undefined {
  const opened = tryOpen(path, DIRECTORY);
  if (opened === -ERRNO.ENOENT) return undefined;
  if (opened < 0) tryRemoveDirectory(path);
  const lock = new Fd(check(opened, "open(2)", `open directory ${path}`));
  if (tryLockFile(lock, "exclusive") && statFd(lock.number).links > 0) return lock;
  lock.close();
  return undefined;
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
