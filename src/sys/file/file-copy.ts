/** The content of a file copied by the kernel: shared where the file system can (reflink), else moved without passing through here. */
import { ERRNO } from "../call/errno.ts";
import { tryRead, writeAll } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { nextData, seekTo, setSize } from "./holes.ts";

const FICLONE = 0x40049409;
/** Up to here looking for holes costs more than it saves. */
const SMALL = 64 * 1024;
const PIECE = 256 * 1024;
/** What file systems say that cannot do it, or not between these two. */
const CANNOT: readonly number[] = [-ERRNO.EOPNOTSUPP, -ERRNO.EXDEV, -ERRNO.EINVAL, -ERRNO.ENOTTY, -ERRNO.ENOSYS, -ERRNO.EPERM];

/** Remembers what does not work between the file systems of the files that it has copied. */
export class FileCopier {
  #clones = true;
  #copiesRanges = true;
  readonly #buffer = new Uint8Array(PIECE);

  /** Copies `size` bytes to an empty file, as far as they are there; holes stay holes. `what` names the file in errors. */
  copy(from: number, to: number, { size, what }: { readonly size: number; readonly what: string }): void {
    if (size === 0 || this.#clone(from, to, what)) return;
    if (size <= SMALL) {
      this.#readAndWrite(from, to, { length: size, what });
      return;
    }
    for (let data = nextData(from, 0, what); data !== undefined; data = nextData(from, data.offset + data.length, what)) {
      seekTo(from, data.offset, what);
      seekTo(to, data.offset, what);
      if (!this.#range(from, to, { length: data.length, what })) break; // it has become shorter
    }
    setSize(to, size, what);
  }

  #clone(from: number, to: number, what: string): boolean {
    if (!this.#clones) return false;
    const result = syscall(SYS.ioctl, to, FICLONE, from);
    if (result === 0) return true;
    if (!CANNOT.includes(result)) check(result, "ioctl(2)", `copy ${what}`);
    this.#clones = false;
    return false;
  }

  /** From where both files are. False at the end of the file. */
  #range(from: number, to: number, part: Part): boolean {
    for (let left = part.length; left > 0 && this.#copiesRanges; ) {
      const copied = syscall(SYS.copy_file_range, from, null, to, null, left, 0);
      if (CANNOT.includes(copied) || copied === 0) {
        this.#copiesRanges = copied === 0;
        return this.#readAndWrite(from, to, { ...part, length: left });
      }
      left -= check(copied, "copy_file_range(2)", `copy ${part.what}`);
    }
    return this.#copiesRanges || this.#readAndWrite(from, to, part);
  }

  #readAndWrite(from: number, to: number, { length, what }: Part): boolean {
    for (let left = length; left > 0; ) {
      const got = check(tryRead(from, this.#buffer.subarray(0, Math.min(left, PIECE))), "read(2)", `read ${what}`);
      if (got === 0) return false;
      writeAll(to, this.#buffer.subarray(0, got), what);
      left -= got;
    }
    return true;
  }
}

interface Part {
  readonly length: number;
  readonly what: string;
}
