/**
 * The one door to the kernel: libc's syscall(2) by FFI, errno, and retry on EINTR. Everything else in sys/ is built on it.
 *
 * One generic symbol costs the same to load as none, while every further symbol has to be compiled.
 */
import { CString, dlopen, FFIType, type Pointer, ptr, read } from "bun:ffi";
import { RuntimeError } from "../base/errors.ts";
import { errnoName } from "./errno.ts";

const P = FFIType.ptr;
const SYMBOLS = {
  syscall: { args: [FFIType.i64, P, P, P, P, P, P], returns: FFIType.i64_fast },
  __errno_location: { args: [], returns: P },
  strerror: { args: [FFIType.i32], returns: P },
  posix_spawn: { args: [P, P, P, P, P, P], returns: FFIType.i32 },
  posix_spawnattr_init: { args: [P], returns: FFIType.i32 },
  posix_spawnattr_setflags: { args: [P, FFIType.i32], returns: FFIType.i32 },
  posix_spawnattr_setpgroup: { args: [P, FFIType.i32], returns: FFIType.i32 },
  posix_spawnattr_setsigdefault: { args: [P, P], returns: FFIType.i32 },
  posix_spawnattr_setsigmask: { args: [P, P], returns: FFIType.i32 },
  posix_spawn_file_actions_init: { args: [P], returns: FFIType.i32 },
  posix_spawn_file_actions_adddup2: { args: [P, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  posix_spawn_file_actions_addchdir_np: { args: [P, P], returns: FFIType.i32 },
  posix_spawn_file_actions_destroy: { args: [P], returns: FFIType.i32 },
} as const;
const { symbols } = openLibc();
const errnoAt = symbols.__errno_location() as Pointer; // of this thread, the only one that calls

export { symbols as libc };

/** glibc's name, else musl's. If neither can be opened, the first refusal says why: `ulimit -v` may leave no memory for the calls. */
function openLibc() {
  try {
    return dlopen("libc.so.6", SYMBOLS);
  } catch (reason) {
    try {
      return dlopen(`libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`, SYMBOLS);
    } catch {
      throw reason;
    }
  }
}

/** An argument of a system call: a number, or memory. */
export type Arg = number | Uint8Array | null;

const EINTR = 4;

/** The result, or minus errno. Repeats a call that a signal interrupted. */
export function syscall(number: number, a: Arg = 0, b: Arg = 0, c: Arg = 0, d: Arg = 0, e: Arg = 0, f: Arg = 0): number {
  for (;;) {
    const result = Number(symbols.syscall(number, word(a), word(b), word(c), word(d), word(e), word(f)));
    if (result !== -1) return result;
    const error = read.i32(errnoAt, 0);
    if (error !== EINTR) return -error;
  }
}

/** bun:ffi takes numbers as pointers; an empty array has no address it would accept. */
function word(arg: Arg): Pointer | null | Uint8Array {
  return typeof arg === "number" ? (arg as Pointer) : arg !== null && arg.length === 0 ? null : arg;
}

/** `result` if it is no error, else throws what `what` says: `cannot <what>: <reason>`. */
export function check(result: number, call: string, what: string): number {
  if (result >= 0) return result;
  throw kernelError(-result, call, what);
}

/** An error of code "kernel" for an errno. */
export function kernelError(errno: number, call: string, what: string): RuntimeError {
  return new RuntimeError("kernel", `cannot ${what}: ${strerror(errno)}`, { call, errno: errnoName(errno) });
}

/** The C library's words, lower case, as other runtimes print them: "no such file or directory". */
export function strerror(errno: number): string {
  const text = symbols.strerror(errno);
  return text === null ? `error ${errno}` : new CString(text).toString().toLowerCase();
}

/** A NUL-terminated string. A NUL inside would cut it short, so it is refused. */
export function cstring(text: string): Uint8Array {
  if (text.includes("\0")) throw new RuntimeError("config", `cannot pass ${JSON.stringify(text)} to the kernel: it contains a NUL byte`);
  return Buffer.from(`${text}\0`);
}

/** The address of memory, for a struct that points to it. The caller keeps `memory` alive. */
export function address(memory: Uint8Array): bigint {
  return BigInt(ptr(memory));
}
