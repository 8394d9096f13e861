/** A file descriptor that closes itself: `using fd = openFile(…)`. Everything is opened close-on-exec. */
import { type Bytes, concat } from "../../base/bytes.ts";
import { ERRNO } from "./errno.ts";
import { check, kernelError, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

export class Fd implements Disposable {
  #number: number;

  constructor(number: number) {
    this.#number = number;
  }

  get number(): number {
    return this.#number;
  }

  /** Idempotent. An error of close(2) says nothing that could be acted upon: the descriptor is gone in any case. */
  close(): void {
    if (this.#number < 0) return;
    syscall(SYS.close, this.#number);
    this.#number = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const F_DUPFD_CLOEXEC = 1030;
const SEEK_SET = 0;
const SEEK_END = 2;

/** A second descriptor of the same open file, with a number of at least `least`. */
export function duplicate(fd: Fd, least: number): Fd {
  return new Fd(check(syscall(SYS.fcntl, fd.number, F_DUPFD_CLOEXEC, least), "fcntl(2)", "duplicate a file descriptor"));
}

/** Writes everything. The description names the target in the error. */
export function writeAll(fd: number, data: Uint8Array, what: string): void {
  for (let at = 0; at < data.length; ) {
    at += check(syscall(SYS.write, fd, data.subarray(at), data.length - at), "write(2)", `write ${what}`);
  }
}

/** Replaces what the file has at its beginning by one write, whose bytes are there all or none for everybody else. */
export function overwrite(fd: number, data: Uint8Array, what: string): void {
  const written = check(syscall(SYS.pwrite64, fd, data, data.length, 0), "pwrite(2)", `write ${what}`);
  if (written < data.length) throw kernelError(ERRNO.ENOSPC, "pwrite(2)", `write ${what}`);
}

/** Reads until the end of the file. */
export function readAll(fd: number, what: string): Bytes {
  const read = tryReadAll(fd);
  if (typeof read !== "number") return read;
  throw kernelError(-read, "read(2)", `read ${what}`);
}

/** Fills the buffer as far as the file goes; returns how far. */
export function readInto(fd: number, buffer: Uint8Array, what: string): number {
  let length = 0;
  while (length < buffer.length) {
    const got = check(syscall(SYS.read, fd, buffer.subarray(length), buffer.length - length), "read(2)", `read ${what}`);
    if (got === 0) break;
    length += got;
  }
  return length;
}

/** As `readAll`, or minus errno: EFBIG if there are more than `limit` bytes. `usual` is more than most such files have. */
export function tryReadAll(fd: number, limit: number = Number.POSITIVE_INFINITY, usual = 16384): Bytes | number {
  let buffer = new Uint8Array(usual);
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = concat([buffer, new Uint8Array(buffer.length)]);
    const got = syscall(SYS.read, fd, buffer.subarray(length), buffer.length - length);
    if (got < 0) return got;
    if (got === 0) return buffer.subarray(0, length);
    length += got;
    if (length > limit) return -ERRNO.EFBIG;
  }
}

const F_GETFD = 1;

/** The last `length` bytes of a regular file. */
export function readEnd(fd: Fd, length: number, what: string): Bytes {
  const size = check(syscall(SYS.lseek, fd.number, 0, SEEK_END), "lseek(2)", `read ${what}`);
  check(syscall(SYS.lseek, fd.number, Math.max(0, size - length), SEEK_SET), "lseek(2)", `read ${what}`);
  return readAll(fd.number, what);
}

export function isOpen(fd: number): boolean {
  return syscall(SYS.fcntl, fd, F_GETFD) >= 0;
}

/** Whether whoever executed this program left it open: everything of ours is close-on-exec, and what was so before is closed. */
export function isInherited(fd: number): boolean {
  return syscall(SYS.fcntl, fd, F_GETFD) === 0;
}

/** Number of bytes, 0 at the end, or minus errno. */
export function tryRead(fd: number, buffer: Uint8Array): number {
  return syscall(SYS.read, fd, buffer, buffer.length);
}

/** Number of bytes taken, or minus errno. */
export function tryWrite(fd: number, data: Uint8Array): number {
  return syscall(SYS.write, fd, data, data.length);
}

const F_GETFL = 3;
const F_SETFL = 4;
const O_ACCMODE = 3;
const O_NONBLOCK = 0o4000;

export function makeNonBlocking(fd: Fd): void {
  const flags = check(syscall(SYS.fcntl, fd.number, F_GETFL, 0), "fcntl(2)", "read the flags of a descriptor");
  check(syscall(SYS.fcntl, fd.number, F_SETFL, flags | O_NONBLOCK), "fcntl(2)", "make a descriptor non-blocking");
}

/** False for a number that is not open, too. */
export function isWritableDescriptor(fd: number): boolean {
  const flags = syscall(SYS.fcntl, fd, F_GETFL, 0);
  return flags >= 0 && (flags & O_ACCMODE) !== 0;
}
