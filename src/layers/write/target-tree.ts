/**
 * The directory that a layer is unpacked into. Finds the parent of every path by descriptors that no symbolic link can lead astray: links are
 * followed by hand, where "/" is the layer's root, and one that climbs above it is an error that names the entry.
 */
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check, kernelError } from "../../sys/call/libc.ts";
import { OPEN } from "../../sys/file/file.ts";
import { removeTree } from "../../sys/file/remove-tree.ts";
import {
  lookAt,
  type NodeStatus,
  readLinkAt,
  shownName,
  type Time,
  tryMakeDirectoryAt,
  tryOpenBeneath,
  tryRenameNew,
} from "../../sys/file/tree.ts";
import { cannotUnpack, joinPath, lastOf, parentOf } from "../form/entry-name.ts";
import type { LayersBelow } from "../form/stack-index.ts";

/** A name in an open directory. */
export interface Place {
  readonly directory: number;
  readonly name: string;
  /** Without symbolic links. */
  readonly path: string;
}

/** The entry on whose behalf a path is looked up. */
export interface Asker {
  readonly name: string;
  readonly modified: Time;
}

export interface TargetOptions {
  readonly lower?: LayersBelow | undefined;
  /** Whether a path of the layers below is hidden by this layer. */
  readonly isHidden: (path: string) => boolean;
  /** Told of a directory that no entry has named so far, with the time of the entry that needs it. */
  readonly implied: (path: string, time: Time) => void;
  /** Told of what a later entry replaced. Returns the name that it gets in `aside`. */
  readonly displaced: (path: string) => string;
  /** Where replaced files go; without it they are removed. */
  readonly aside?: number | undefined;
}

const CACHED = 64;
const MOST_LINKS = 40;

export class TargetTree implements Disposable {
  readonly #root: number;
  readonly #options: TargetOptions;
  readonly #open = new Map<string, Fd>();

  constructor(root: number, options: TargetOptions) {
    this.#root = root;
    this.#options = options;
  }

  /** Where an entry goes. Makes the directories that are missing. */
  place(path: string, asker: Asker): Place {
    const parent = parentOf(path);
    const name = lastOf(path);
    const directory = this.#tryDirectory(parent);
    if (directory >= 0) return { directory, name, path };
    const real = this.#resolve(parent, asker, true);
    return { directory: this.directory(real), name, path: joinPath(real, name) };
  }

  /** The path without symbolic links on the way, whether it exists or not. Makes nothing. */
  realPath(path: string, asker: Asker): string {
    const parent = parentOf(path);
    return this.#tryDirectory(parent) >= 0 ? path : joinPath(this.#resolve(parent, asker, false), lastOf(path));
  }

  /** A path without symbolic links; undefined if it is not in this layer. */
  find(realPath: string): (Place & { readonly status: NodeStatus }) | undefined {
    const directory = this.#tryDirectory(parentOf(realPath));
    if (directory < 0) return undefined;
    const name = lastOf(realPath);
    const status = lookAt(directory, name);
    return status && { directory, name, path: realPath, status };
  }

  /** The descriptor of a directory, valid until the next call. */
  directory(realPath: string): number {
    return check(this.#tryDirectory(realPath), "openat2(2)", `open directory ${shownName(realPath)}`);
  }

  /** A descriptor of the caller's own. */
  openDirectory(realPath: string): Fd {
    const fd = tryOpenBeneath(this.#root, realPath || ".", OPEN.path | OPEN.directory);
    return new Fd(check(fd, "openat2(2)", `open directory ${shownName(realPath)}`));
  }

  /** Makes way for a later entry of the same name. */
  displace({ directory, name, path }: Place): void {
    for (const [open, fd] of this.#open) {
      if (open !== path && !open.startsWith(`${path}/`)) continue;
      fd.close();
      this.#open.delete(open);
    }
    const newName = this.#options.displaced(path);
    if (this.#options.aside === undefined) removeTree(directory, name);
    else check(tryRenameNew(directory, name, this.#options.aside, newName), "rename(2)", `replace ${shownName(path)}`);
  }

  /** The file descriptor, or minus errno: ENOENT, ENOTDIR and ELOOP mean that it has to be resolved. */
  #tryDirectory(path: string): number {
    if (path === "") return this.#root;
    const open = this.#open.get(path);
    if (open !== undefined) return open.number;
    const above = this.#open.get(parentOf(path)); // else each step of a way down would walk all of it again
    const [from, rest] = above === undefined ? [this.#root, path] : [above.number, lastOf(path)];
    const fd = tryOpenBeneath(from, rest, OPEN.path | OPEN.directory);
    if (fd < 0) {
      if (fd === -ERRNO.ENOENT || fd === -ERRNO.ENOTDIR || fd === -ERRNO.ELOOP) return fd;
      throw kernelError(-fd, "openat2(2)", `open directory ${shownName(path)}`);
    }
    if (this.#open.size >= CACHED) this.#closeOldest();
    this.#open.set(path, new Fd(fd));
    return fd;
  }

  #closeOldest(): void {
    for (const [path, fd] of this.#open) {
      fd.close();
      this.#open.delete(path);
      if (this.#open.size <= CACHED / 2) return;
    }
  }

  #resolve(path: string, asker: Asker, make: boolean): string {
    let left = path.split("/");
    let real = "";
    for (let links = 0; left.length > 0; ) {
      const [part = "", ...others] = left;
      left = others;
      if (part === "" || part === ".") continue;
      if (part === "..") {
        real = real === "" ? "" : parentOf(real); // above the root is the root, as for a process in the container
        continue;
      }
      const here = joinPath(real, part);
      const target = this.#step(here, asker, make);
      if (target === undefined) {
        real = here;
        continue;
      }
      if (++links > MOST_LINKS) throw cannotUnpack(asker.name, `more than ${MOST_LINKS} symbolic links on its way`);
      left = [...target.split("/"), ...left];
      if (target.startsWith("/")) real = "";
    }
    return real;
  }

  /** The target if `path` is a symbolic link, here or below; otherwise, with `make`, it is a directory afterwards. */
  #step(path: string, asker: Asker, make: boolean): string | undefined {
    const found = this.find(path);
    if (found?.status.kind === "link") return readLinkAt(found.directory, found.name);
    if (found?.status.kind === "directory") return undefined;
    if (found === undefined) {
      const below = this.#options.isHidden(path) ? undefined : this.#options.lower?.find(path);
      if (below?.status.kind === "link") return readLinkAt(below.root, below.path);
    }
    if (!make) return undefined;
    if (found !== undefined) this.displace(found);
    const result = tryMakeDirectoryAt(this.directory(parentOf(path)), lastOf(path), 0o700);
    check(result, "mkdir(2)", `create directory ${shownName(path)}`);
    this.#options.implied(path, asker.modified);
    return undefined;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.values()) fd.close();
    this.#open.clear();
  }
}
