/**
 * <root>/<id>: one directory for each container, made by mkdir(2), which only one of two competitors survives. Whoever
 * changes a container holds an exclusive flock(2) on it; the kernel lets go of it when the holder dies.
 */
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import { ERRNO } from "../sys/errno.ts";
import { Fd } from "../sys/fd.ts";
import { makeDirectories, OPEN, readDirectory, statFd, tryMakeDirectory, tryOpen, tryRemoveDirectory, tryUnlink } from "../sys/file.ts";
import { check, syscall } from "../sys/libc.ts";
import { SYS } from "../sys/numbers.ts";
import { type ContainerId, requireContainerId } from "./container-id.ts";

const LOCK_SHARED = 1;
const LOCK_EXCLUSIVE = 2;
const LOCK_NO_WAIT = 4;
const UNLOCK = 8;

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
    const path = `${root}/${id}` as HostPath;
    const made = tryMakeDirectory(path, 0o700);
    if (made === -ERRNO.EEXIST) {
      throw new RuntimeError("exists", `container with given ID already exists: ${id}`, {
        hint: `remove it with: lamina delete --force ${id}`,
      });
    }
    check(made, "mkdir(2)", `create ${path}`);
    const directory = StateDirectory.#open(path, id);
    directory.lock();
    return directory;
  }

  /** Throws code "not-found" if there is no such container. */
  static open(root: HostPath, id: ContainerId): StateDirectory {
    return StateDirectory.#open(`${root}/${id}` as HostPath, id);
  }

  static #open(path: HostPath, id: ContainerId): StateDirectory {
    const fd = tryOpen(path, OPEN.read | OPEN.directory | OPEN.noFollow);
    if (fd === -ERRNO.ENOENT || fd === -ERRNO.ENOTDIR) throw new RuntimeError("not-found", `container does not exist: ${id}`);
    return new StateDirectory(path, new Fd(check(fd, "open(2)", `open ${path}`)));
  }

  /** Waits until nobody else changes the container. Throws code "not-found" if it was removed meanwhile. */
  lock(): void {
    if (this.tryLock()) return;
    throw new RuntimeError("not-found", `container does not exist: ${this.path.slice(this.path.lastIndexOf("/") + 1)}`);
  }

  /** As `lock`; false instead of an error if the container was removed meanwhile. */
  tryLock(): boolean {
    check(syscall(SYS.flock, this.#fd.number, LOCK_EXCLUSIVE), "flock(2)", `lock ${this.path}`);
    this.#isOurs = statFd(this.#fd.number).links > 0;
    return this.#isOurs;
  }

  unlock(): void {
    syscall(SYS.flock, this.#fd.number, UNLOCK);
    this.#isOurs = false;
  }

  /** True if somebody else is changing the container at this moment. */
  isLocked(): boolean {
    if (this.#isOurs) return false;
    const isBusy = syscall(SYS.flock, this.#fd.number, LOCK_SHARED | LOCK_NO_WAIT) === -ERRNO.EAGAIN;
    if (!isBusy) syscall(SYS.flock, this.#fd.number, UNLOCK);
    return isBusy;
  }

  /** A short name for a file in it: socket addresses are limited to 107 bytes. */
  shortPath(name: string): string {
    return `/proc/self/fd/${this.#fd.number}/${name}`;
  }

  /** Removes the directory and its files. Idempotent. */
  remove(): void {
    for (const { name } of readDirectory(this.path) ?? []) {
      const result = tryUnlink(`${this.path}/${name}`);
      if (result !== -ERRNO.ENOENT) check(result, "unlink(2)", `remove ${this.path}/${name}`);
    }
    const result = tryRemoveDirectory(this.path);
    if (result !== -ERRNO.ENOENT) check(result, "rmdir(2)", `remove ${this.path}`);
  }

  [Symbol.dispose](): void {
    this.#fd.close();
  }
}

/** The ids of all containers below `root`, sorted. */
export function listContainers(root: HostPath): ContainerId[] {
  return (readDirectory(root) ?? [])
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => requireContainerId(name))
    .sort();
}
