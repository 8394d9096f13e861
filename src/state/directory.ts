/**
 * <root>/<id>: one directory per container, made by mkdir(2), which succeeds for only one of two competitors. Whoever
 * changes a container holds an exclusive flock(2) on it, which the kernel releases when the holder dies.
 */
import { during, RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import { ERRNO } from "../sys/call/errno.ts";
import { Fd } from "../sys/call/fd.ts";
import { check } from "../sys/call/libc.ts";
import { effectiveUid } from "../sys/call/own-ids.ts";
import {
  makeDirectories,
  OPEN,
  readDirectory,
  statFd,
  statIfThere,
  tryMakeDirectory,
  tryOpen,
  tryRemoveDirectory,
} from "../sys/file/file.ts";
import { lockFile, tryLockFile, unlockFile } from "../sys/file/file-lock.ts";
import { tryChangeMode } from "../sys/file/ownership.ts";
import { removeTree } from "../sys/file/remove-tree.ts";
import { readNames, shownName, tryOpenAt } from "../sys/file/tree.ts";
import { SpareDescriptors } from "../sys/process/spare-descriptors.ts";
import { type ContainerId, isContainerId } from "./container-id.ts";
import { requireNotPlanted, requireOwnRoot } from "./root.ts";

/** The container's record; for a moment `replaceFile`'s temporary file is beside it. */
export const RECORD_FILE = "state.json";

/** Where a created container waits for `start`. */
export const START_SOCKET = "start.sock";

/** A pipe that the container's supervisor, if there is one, holds open as long as it lives. */
export const SUPERVISOR_PIPE = "supervisor.pipe";

/** The container's compiled system call filter, if it has one. */
export const FILTER_FILE = "filter.bpf";

/** Where a container that tells NOTIFY_SOCKET something sends it; it sees the directory. */
export const NOTIFY_DIRECTORY = "notify";

const OWN_FILE = /^((state|exit)\.json(\.tmp-\d+|\.new)?|filter\.bpf|start\.sock|supervisor\.pipe|notify)$/;

const OWNERS_ALL = 0o700;

/** Far more than there are files that somebody else could write at the same time. */
const MOST_TURNS = 100;

export class StateDirectory implements Disposable {
  readonly path: HostPath;
  readonly #fd: Fd;
  #isOurs = false;

  private constructor(path: HostPath, fd: Fd) {
    this.path = path;
    this.#fd = fd;
  }

  /** Makes the directory and locks it. Throws code "exists" if the id is taken. */
  static create(root: HostPath, id: ContainerId): StateDirectory {
    makeDirectories(root, 0o700);
    requireOwnRoot(root);
    const path = `${root}/${id}` as HostPath;
    using spare = new SpareDescriptors(1); // what cannot be opened would stay behind
    const made = tryMakeDirectory(path, 0o700);
    if (made === -ERRNO.EEXIST) {
      const isDirectory = statIfThere(path, false)?.kind === "directory";
      throw new RuntimeError("exists", `container with given ID already exists: ${id}`, {
        hint: isDirectory
          ? `remove it with: lamina delete --force ${id}`
          : `${path} is not a directory and so not a container: move it away`,
      });
    }
    check(made, "mkdir(2)", `create ${path}`);
    spare[Symbol.dispose]();
    const directory = StateDirectory.#open(path, id);
    directory.lock();
    return directory;
  }

  /** Throws code "not-found" if there is no such container. */
  static open(root: HostPath, id: ContainerId): StateDirectory {
    requireOwnRoot(root);
    return StateDirectory.#open(`${root}/${id}` as HostPath, id);
  }

  /** Undefined if there is no such container. */
  static openIfThere(root: HostPath, id: ContainerId): StateDirectory | undefined {
    requireOwnRoot(root);
    return StateDirectory.#tryOpen(`${root}/${id}` as HostPath);
  }

  /** Like `openIfThere`, for a directory to be removed: one that its owner cannot enter is made accessible. */
  static openToRemove(root: HostPath, id: ContainerId): StateDirectory | undefined {
    requireOwnRoot(root);
    const path = `${root}/${id}` as HostPath;
    const status = statIfThere(path, false);
    const uid = effectiveUid();
    const isShut = status?.kind === "directory" && status.uid === uid && (status.mode & OWNERS_ALL) !== OWNERS_ALL;
    if (isShut && uid !== 0) tryChangeMode(path, OWNERS_ALL); // root can enter in any case
    return StateDirectory.#tryOpen(path);
  }

  static #open(path: HostPath, id: ContainerId): StateDirectory {
    const directory = StateDirectory.#tryOpen(path);
    if (directory === undefined) throw new RuntimeError("not-found", `container does not exist: ${id}`);
    return directory;
  }

  static #tryOpen(path: HostPath): StateDirectory | undefined {
    const fd = tryOpen(path, OPEN.read | OPEN.directory | OPEN.noFollow);
    if (fd === -ERRNO.ENOENT || fd === -ERRNO.ENOTDIR) return undefined;
    const directory = new StateDirectory(path, new Fd(check(fd, "open(2)", `open ${path}`)));
    requireNotPlanted(path, statFd(directory.#fd.number));
    return directory;
  }

  /** Waits until nobody else is changing the container. Throws code "not-found" if it was removed meanwhile. */
  lock(): void {
    if (this.tryLock()) return;
    throw new RuntimeError("not-found", `container does not exist: ${this.path.slice(this.path.lastIndexOf("/") + 1)}`);
  }

  /** Like `lock`, but returns false if the container was removed meanwhile. */
  tryLock(): boolean {
    lockFile(this.#fd, "exclusive");
    this.#isOurs = statFd(this.#fd.number).links > 0;
    return this.#isOurs;
  }

  unlock(): void {
    unlockFile(this.#fd);
    this.#isOurs = false;
  }

  /** True if somebody else is changing the container right now. */
  isLocked(): boolean {
    if (this.#isOurs) return false;
    if (!tryLockFile(this.#fd, "shared")) return true;
    unlockFile(this.#fd);
    return false;
  }

  /** A short name for a file in it: socket addresses are limited to 107 bytes. */
  shortPath(name: string): string {
    return `/proc/self/fd/${this.#fd.number}/${name}`;
  }

  hasOnlyOwnFiles(): boolean {
    return this.#foreignName() === undefined;
  }

  /** Throws code "state" if it holds a file that lamina does not make. */
  requireOwnFiles(): void {
    const foreign = this.#foreignName();
    if (foreign === undefined) return;
    throw new RuntimeError("state", `cannot remove ${this.path}: it holds ${JSON.stringify(shownName(foreign))}, which is not lamina's`, {
      hint: "is --root the directory of lamina's state? If it is, move that file away and delete again",
    });
  }

  /**
   * Removes the directory with lamina's files, whatever has replaced them; fails if there are other files. Idempotent. A supervisor whose
   * pipe was damaged is not waited for, and may write its last file meanwhile.
   */
  remove(): void {
    for (let turn = 1; ; turn++) {
      this.requireOwnFiles();
      during(`cannot remove ${this.path}`, () => {
        for (const name of this.#names()) removeTree(this.#fd.number, name);
      });
      const result = tryRemoveDirectory(this.path);
      if (result === -ERRNO.ENOTEMPTY && turn < MOST_TURNS) continue;
      if (result !== -ERRNO.ENOENT) check(result, "rmdir(2)", `remove ${this.path}`);
      return;
    }
  }

  #foreignName(): string | undefined {
    return this.#names().find((name) => !OWN_FILE.test(name));
  }

  #names(): string[] {
    using again = new Fd(check(tryOpenAt(this.#fd.number, ".", OPEN.read | OPEN.directory), "open(2)", `open directory ${this.path}`));
    return readNames(again.number); // a descriptor reads a directory once
  }

  [Symbol.dispose](): void {
    this.#fd.close();
  }
}

/** The ids of all containers below `root`, sorted. Anything else in there is ignored. */
export function listContainers(root: HostPath): ContainerId[] {
  requireOwnRoot(root);
  return (readDirectory(root) ?? [])
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name)
    .filter(isContainerId)
    .sort();
}
