/**
 * The one door to the kernel: system calls of the engine, with the words for what goes wrong. Everything else in sys/ is built on it.
 */
import { RuntimeError } from "../../base/errors.ts";
import { contains } from "../../base/text.ts";
import { openLibrary } from "../../engine/foreign.ts";
import { machine } from "../../engine/kernel.ts";
import { errnoName } from "./errno.ts";
import { strerror } from "./errno-words.ts";

export { syscall, syscallOnce } from "../../engine/kernel.ts";
export { address } from "../../engine/memory.ts";

/** `result` if it is no error, else throws what `what` says: `cannot <what>: <reason>`. */
export function check(result: number, call: string, what: string): number {
  if (result >= 0) return result;
  throw kernelError(-result, call, what);
}

/** An error of code "kernel" for an errno. */
export function kernelError(errno: number, call: string, what: string): RuntimeError {
  return new RuntimeError("kernel", `cannot ${what}: ${strerror(errno)}`, { call, errno: errnoName(errno) });
}

let cLibrary: ReturnType<typeof openLibrary> | undefined;

/** The C library that this program runs with: glibc, else musl. */
export function libc(): ReturnType<typeof openLibrary> {
  cLibrary ??= openLibc();
  return cLibrary;
}

/** If neither can be opened, the first refusal says why: `ulimit -v` may leave no memory for it. */
function openLibc(): ReturnType<typeof openLibrary> {
  try {
    return openLibrary("libc.so.6");
  } catch (reason) {
    try {
      return openLibrary(`libc.musl-${machine}.so.1`);
    } catch {
      throw reason;
    }
  }
}

/** Text for a system call, which is lent a NUL-terminated copy. A NUL inside would cut it short, so it is refused. */
export function cstring(text: string): string {
  requireNoNul(text);
  return text;
}

/** Throws code "config": the kernel would take a NUL for the end. */
export function requireNoNul(text: string): void {
  if (contains(text, "\0")) throw new RuntimeError("config", `cannot pass ${JSON.stringify(text)} to the kernel: it contains a NUL byte`);
}
