/** Small files as a whole, as in native/engine/file.c. */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { Memory } from "../host.ts";
import { decode, encode } from "./text.ts";
import { bytesOf, requireBetween, requireCount, requireText } from "./values.ts";

const ENOENT = 2;
const ENXIO = 6;
const EISDIR = 21;
const EFBIG = 27;
const MOST = 0x7fff_ffff;
const AT_FDCWD = -100;
const O_PATH = 0o10000000;

export function readFile(...args: [path: string, flags: number, limit: number]): string | number {
  requireCount(args.length, 3);
  const [path, flags] = args;
  const limit = requireBetween(args[2], 0, MOST);
  return withFile(path, flags, (fd) => {
    const status = fstatSync(fd);
    if (!status.isFile()) return status.isDirectory() ? -EISDIR : -ENXIO;
    if (status.size > limit) return -EFBIG;
    const parts: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const part = new Uint8Array(16384);
      const got = readSync(fd, part);
      if (got === 0) return decode(Buffer.concat(parts));
      parts.push(part.subarray(0, got));
      size += got;
      if (size > limit) return -EFBIG;
    }
  });
}

export function readFileAt(...args: [directory: number, name: Memory, memory: Memory]): number {
  requireCount(args.length, 3);
  const directory = requireBetween(args[0], -MOST - 1, MOST);
  const [name, memory] = [bytesOf(args[1]), bytesOf(args[2])];
  if (name.length === 0 || name.indexOf(0) !== name.length - 1) throw new TypeError("a name whose only NUL is not its end");
  const own = decode(name.subarray(0, -1));
  const path = own.startsWith("/") || directory === AT_FDCWD ? own : `/proc/self/fd/${directory}/${own}`;
  return withFile(path, O_PATH | constants.O_NOFOLLOW, (fd) => {
    if (!fstatSync(fd).isFile()) return -ENOENT;
    return withFile(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK, (file) => readInto(file, memory));
  });
}

function readInto(fd: number, memory: Uint8Array): number {
  let size = 0;
  for (let got = 1; got > 0 && size < memory.length; size += got) got = readSync(fd, memory, size, memory.length - size, null);
  return size;
}

export function writeFile(...args: [path: string, flags: number, text: string]): number {
  requireCount(args.length, 3);
  const [path, flags, text] = args;
  const bytes = encode(requireText(text, "text"), true);
  return withFile(path, flags, (fd) => writeSync(fd, bytes, 0, bytes.length - 1));
}

/** What `use` returns, or minus errno of what fails. */
function withFile<T>(path: string, flags: number, use: (fd: number) => T): T | number {
  const file = Buffer.from(encode(requireText(path, "a path"), true).subarray(0, -1));
  const checked = requireBetween(flags, 0, MOST);
  let fd = -1;
  try {
    fd = openSync(file, checked);
    return use(fd);
  } catch (error) {
    if (error instanceof Error && "errno" in error && typeof error.errno === "number") return error.errno;
    throw error;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}
