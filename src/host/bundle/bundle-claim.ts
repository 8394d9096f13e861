/**
 * The right to make a bundle in a directory, and to take away what was made. One process has it at a time, by a lock that the kernel ends
 * with the process; so of several that want to make the same bundle one does, and the others touch nothing.
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { makeDirectories, OPEN, parentOf, statFd, statIfThere, tryMakeDirectory, tryOpen } from "../../sys/file/file.ts";
import { tryLockFile, unlockFile } from "../../sys/file/file-lock.ts";
import { placeOf } from "../../sys/file/file-system.ts";
import { removeTree } from "../../sys/file/remove-tree.ts";
import { byteString } from "../../sys/file/tree.ts";
import { SpareDescriptors } from "../../sys/process/spare-descriptors.ts";

const DIRECTORY = OPEN.read | OPEN.directory;
/** The directory that the bundle is in, one on the way down its tree, and one in that. */
const NEEDED_TO_REMOVE = 3;

export class BundleClaim implements Disposable {
  readonly path: HostPath;
  readonly #directory: Fd;
  /** Only if the directory was not there. */
  #made: { readonly spare: Disposable } | undefined;

  private constructor(path: HostPath, directory: Fd) {
    this.path = path;
    this.#directory = directory;
  }

  /**
   * The directory is made if it is missing, and with `isNew` it has to be: then nobody else has anything in it. Throws code "exists" if
   * there is a bundle, or somebody makes one.
   */
  static take(path: HostPath, isNew: boolean): BundleClaim {
    makeDirectories(parentOf(path), 0o755);
    using held = new DisposableStack();
    const spare = held.use(new SpareDescriptors(NEEDED_TO_REMOVE));
    for (;;) {
      using own = new SpareDescriptors(1); // for the directory itself: what cannot be locked would stay behind
      const made = tryMakeDirectory(path, 0o755);
      if (made !== -ERRNO.EEXIST) check(made, "mkdir(2)", `make a bundle in ${path}`);
      else if (isNew) throw exists(`${path} is there already`);
      own[Symbol.dispose]();
      const claim = BundleClaim.#tryLock(path);
      if (claim === "gone") continue;
      if (claim === "locked") throw exists(`somebody else makes one in ${path}`);
      try {
        requireNoBundle(path, false);
        if (made === 0) {
          claim.#made = { spare };
          held.move();
        }
        return claim;
      } catch (error) {
        claim[Symbol.dispose]();
        throw error;
      }
    }
  }

  static #tryLock(path: HostPath): BundleClaim | "gone" | "locked" {
    const opened = tryOpen(path, DIRECTORY);
    if (opened === -ERRNO.ENOENT) return "gone";
    const directory = new Fd(check(opened, "open(2)", `open ${path}`));
    if (tryLockFile(directory, "exclusive")) {
      if (statFd(directory.number).links > 0) return new BundleClaim(path, directory);
      directory.close();
      return "gone";
    }
    directory.close();
    return "locked";
  }

  /** Whether there was no such directory. */
  get isMade(): boolean {
    return this.#made !== undefined;
  }

  /** Others may remove the bundle from here on. */
  release(): void {
    this.#made?.spare[Symbol.dispose]();
    unlockFile(this.#directory);
  }

  /** Removes the directory that was claimed with all that is in it by now, unless somebody else does or has: never another of its name. */
  remove(): void {
    this.#made?.spare[Symbol.dispose]();
    if (!tryLockFile(this.#directory, "exclusive") || statFd(this.#directory.number).links === 0) return;
    const opened = tryOpen(this.path, DIRECTORY | OPEN.noFollow);
    if (opened < 0) return;
    using there = new Fd(opened);
    const [own, found] = [placeOf(this.#directory), placeOf(there)];
    if (own.device === found.device && own.inode === found.inode) removeAt(this.path);
  }

  /** For a bundle that is there: does nothing if it is not. Throws code "state" while somebody makes it. */
  static removeBundle(path: HostPath): void {
    const claim = statIfThere(path, false)?.kind === "directory" ? BundleClaim.#tryLock(path) : "gone";
    if (claim === "gone") return;
    if (claim === "locked") throw new RuntimeError("state", "somebody makes or removes it just now");
    using _ = claim;
    removeAt(path);
  }

  [Symbol.dispose](): void {
    this.#made?.spare[Symbol.dispose]();
    this.#directory.close();
  }
}

function removeAt(path: HostPath): void {
  using parent = new Fd(check(tryOpen(parentOf(path), OPEN.path | OPEN.directory), "open(2)", `open the directory of ${path}`));
  removeTree(parent.number, byteString(path.slice(path.lastIndexOf("/") + 1)));
}

/** Throws code "exists" where `BundleClaim.take` would: to be asked before long work, and not instead of it. */
export function requireNoBundle(path: HostPath, isNew: boolean): void {
  if (isNew && statIfThere(path, false) !== undefined) throw exists(`${path} is there already`);
  const there = BUNDLE_FILES.find((name) => statIfThere(hostPath(name, path), false) !== undefined);
  if (there !== undefined) throw exists(`${path}/${there} is there already`);
}

/** What makes a directory a bundle: its writable layer is somebody's data. */
const BUNDLE_FILES = ["config.json", "layers.json", "upper", "volumes"] as const;

function exists(reason: string): RuntimeError {
  return new RuntimeError("exists", `cannot make a bundle: ${reason}`, {
    hint: "use another directory, or start the bundle that is there with --bundle",
  });
}
