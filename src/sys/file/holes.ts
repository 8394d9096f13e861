/** Where a file has data and where it has none (lseek(2), SEEK_DATA and SEEK_HOLE). File systems that cannot tell say that all is data. */
import { isEqual } from "../../base/bytes.ts";
import { ERRNO } from "../call/errno.ts";
import { tryRead } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const SEEK_SET = 0;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;

/** The next byte that is read or written is that at `offset`. `what` names the file in errors. */
export function seekTo(fd: number, offset: number, what: string): void {
  check(syscall(SYS.lseek, fd, offset, SEEK_SET), "lseek(2)", `read ${what}`);
}

export function setSize(fd: number, size: number, what: string): void {
  check(syscall(SYS.ftruncate, fd, size), "ftruncate(2)", `write ${what}`);
}

export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** The first stretch of data that ends behind `from`; undefined if there is only a hole. Leaves the file anywhere. */
export function nextData(fd: number, from: number, what: string): Stretch | undefined {
  const data = syscall(SYS.lseek, fd, from, SEEK_DATA);
  if (data === -ERRNO.ENXIO) return undefined;
  check(data, "lseek(2)", `read ${what}`);
  const end = check(syscall(SYS.lseek, fd, data, SEEK_HOLE), "lseek(2)", `read ${what}`);
  return { offset: data, length: end - data };
}

const PIECE = 256 * 1024;

/** Whether all bytes from `from` to `to` are zeros. Holes are not read. */
export function isZeroBetween(fd: number, from: number, to: number, what: string): boolean {
  for (let at = from; at < to; ) {
    const data = nextData(fd, at, what);
    if (data === undefined || data.offset >= to) return true;
    const end = Math.min(data.offset + data.length, to);
    seekTo(fd, data.offset, what);
    if (!isZero(fd, end - data.offset, what)) return false;
    at = end;
  }
  return true;
}

/** Of the next `length` bytes, as far as they are there. */
function isZero(fd: number, length: number, what: string): boolean {
  const [buffer, zeros] = [new Uint8Array(Math.min(PIECE, length)), new Uint8Array(Math.min(PIECE, length))];
  for (let left = length; left > 0; ) {
    const got = check(tryRead(fd, buffer.subarray(0, Math.min(PIECE, left))), "read(2)", `read ${what}`);
    if (got === 0) return true;
    if (!isEqual(zeros.subarray(0, got), buffer.subarray(0, got))) return false;
    left -= got;
  }
  return true;
}
