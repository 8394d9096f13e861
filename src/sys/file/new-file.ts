/**
 * A file that gets its name when it is whole. Until then it has none (O_TMPFILE, open(2)), so that nothing is left of it whatever ends us;
 * on file systems that cannot do that, such as NFS, it has a temporary one.
 */
import { AT_FDCWD } from "../call/at-flags.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd, writeAll } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { ownPid } from "../call/own-ids.ts";
import { OPEN, openFile, parentOf, renameFile, syncDirectory, syncFile, tryOpen, tryUnlink } from "./file.ts";

const O_TMPFILE = 0o20000000 | OPEN.directory;
const AT_SYMLINK_FOLLOW = 0x400;
/** What file systems and kernels without O_TMPFILE say. */
const UNSUPPORTED: readonly number[] = [-ERRNO.EOPNOTSUPP, -ERRNO.EISDIR, -ERRNO.EINVAL, -ERRNO.ENOSYS];

export class NewFile implements Disposable {
  readonly #path: string;
  readonly #directory: string;
  readonly #fd: Fd;
  /** A second name beside the right one; while it is in use, it is ours. */
  readonly #temporary: string;
  #hasTemporary = false;

  constructor(path: string, mode: number) {
    this.#path = path;
    this.#directory = parentOf(path);
    this.#temporary = `${path}.tmp-${ownPid()}`;
    const opened = tryOpen(this.#directory, O_TMPFILE | OPEN.write, mode);
    if (opened >= 0) this.#fd = new Fd(opened);
    else if (UNSUPPORTED.includes(opened)) {
      this.#fd = openFile(this.#temporary, OPEN.write | OPEN.create | OPEN.truncate | OPEN.noFollow, mode);
      this.#hasTemporary = true;
    } else this.#fd = new Fd(check(opened, "open(2)", `create ${path}`));
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#fd.number, bytes, this.#path);
  }

  /** Gives it its name, which another file loses. Durable when it returns. */
  publish(): void {
    syncFile(this.#fd, this.#path);
    if (this.#hasTemporary || !this.#tryLink(this.#path)) {
      if (!this.#hasTemporary) this.#linkTemporary();
      renameFile(this.#temporary, this.#path);
      this.#hasTemporary = false;
    }
    syncDirectory(this.#directory);
  }

  /** rename(2) replaces a file and linkat(2) does not, but only what has a name can be renamed. */
  #linkTemporary(): void {
    tryUnlink(this.#temporary); // left by one that had our number
    if (!this.#tryLink(this.#temporary)) check(-ERRNO.EEXIST, "linkat(2)", `create ${this.#temporary}`);
    this.#hasTemporary = true;
  }

  /** False if there is such a file. */
  #tryLink(path: string): boolean {
    const from = cstring(`/proc/self/fd/${this.#fd.number}`);
    const result = syscall(SYS.linkat, AT_FDCWD, from, AT_FDCWD, cstring(path), AT_SYMLINK_FOLLOW);
    if (result === -ERRNO.EEXIST) return false;
    check(result, "linkat(2)", `create ${path}`);
    return true;
  }

  [Symbol.dispose](): void {
    this.#fd.close();
    if (this.#hasTemporary) tryUnlink(this.#temporary);
  }
}
