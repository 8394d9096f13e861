/** System calls through libc's syscall(2), and errno, which lasts only until the next call of libc. */
import { dlopen, FFIType, type Pointer, read, toArrayBuffer } from "bun:ffi";
import type { Memory, Word } from "../host.ts";
import { requireBetween, requireCount } from "./values.ts";
import { toRegister } from "./words.ts";

const W = FFIType.i64;
const SYMBOLS = {
  syscall: { args: [W, W, W, W, W, W, W], returns: FFIType.i64_fast },
  __errno_location: { args: [], returns: FFIType.ptr },
} as const;
const { symbols } = openLibc();
const errnoAt = symbols.__errno_location() as Pointer; // of this thread, the only one that calls
const errnoMemory = new DataView(toArrayBuffer(errnoAt, 0, 4));

/** glibc's name, else musl's. */
function openLibc() {
  try {
    return dlopen("libc.so.6", SYMBOLS);
  } catch {
    return dlopen(`libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`, SYMBOLS);
  }
}

const EINTR = 4;
/** close, connect, nanosleep, clock_nanosleep */
const UNREPEATABLE = process.arch === "arm64" ? [57, 203, 101, 115] : [3, 42, 35, 230];

export function readErrno(): number {
  return read.i32(errnoAt, 0);
}

export function clearErrno(): void {
  errnoMemory.setInt32(0, 0, true);
}

export function syscall(...args: [number: number, ...words: Word[]]): number {
  return make(args, true);
}

export function syscallOnce(...args: [number: number, ...words: Word[]]): number {
  return make(args, false);
}

function make(args: [number: number, ...words: Word[]], repeat: boolean): number {
  requireCount(args.length, 1, 7);
  const number = requireBetween(args[0], 0, 0x7fff_ffff);
  const keep: Memory[] = [];
  const words: (number | bigint)[] = [0, 0, 0, 0, 0, 0];
  for (let i = 1; i < args.length; i++) words[i - 1] = toRegister(args[i] as Word, keep);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = words;
  for (;;) {
    const result = Number(symbols.syscall(number, a, b, c, d, e, f));
    const errno = result === -1 ? readErrno() : 0;
    if (errno === EINTR && repeat && !UNREPEATABLE.includes(number)) continue;
    keep.length = 0;
    if (errno !== 0) return -errno;
    if (Number.isSafeInteger(result)) return result;
    throw new RangeError(`the result ${result} is no safe integer`);
  }
}
