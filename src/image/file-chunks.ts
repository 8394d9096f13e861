/** The bytes of a file, a part of it, or a pipe, as a stream that fails as every other access to files does: by RuntimeError. */
import { ERRNO } from "../sys/errno.ts";
import { tryRead } from "../sys/fd.ts";
import { OPEN, openFile } from "../sys/file.ts";
import { check, syscall } from "../sys/libc.ts";
import { SYS } from "../sys/numbers.ts";
import { poll } from "../sys/poll.ts";

const CHUNK = 256 * 1024;
const STDIN = 0;

export interface Extent {
  readonly offset: number;
  readonly size: number;
}

/** With an extent, no more than that; less where the file ends before. */
export async function* readChunks(path: string, extent?: Extent): AsyncGenerator<Uint8Array, void, undefined> {
  using fd = openFile(path, OPEN.read);
  if (extent !== undefined) check(syscall(SYS.lseek, fd.number, extent.offset, 0), "lseek(2)", `read ${path}`);
  yield* chunksOf(fd.number, path, extent?.size ?? Number.POSITIVE_INFINITY);
}

/** Leaves it open. */
export function readStandardInput(): AsyncGenerator<Uint8Array, void, undefined> {
  return chunksOf(STDIN, "standard input", Number.POSITIVE_INFINITY);
}

async function* chunksOf(fd: number, what: string, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let left = limit; left > 0; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, left)); // of its own, since who gets it may keep it
    const got = tryRead(fd, buffer);
    if (got === -ERRNO.EAGAIN) {
      poll([{ fd, want: "read" }], -1);
      continue;
    }
    check(got, "read(2)", `read ${what}`);
    if (got === 0) return;
    left -= got;
    yield buffer.subarray(0, got);
  }
}
