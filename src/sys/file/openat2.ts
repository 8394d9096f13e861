/** openat2(2), which says of what kind the way to a file may be. */
import { O_CLOEXEC } from "../call/at-flags.ts";
import { syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

/** RESOLVE_* */
export const RESOLVE = { sameMount: 1, noMagicLinks: 2, noSymlinks: 4, beneath: 8, cached: 32 } as const;

export interface OpenHow {
  readonly flags: number;
  readonly mode?: number;
  /** Of `RESOLVE`. */
  readonly resolve: number;
}

/** `path` is text from `cstring`, or bytes that end with a NUL. Returns a negative errno if it fails. */
export function openat2(at: number, path: string | Uint8Array, { flags, mode = 0, resolve }: OpenHow): number {
  const how = Uint32Array.of(flags | O_CLOEXEC, 0, mode, 0, resolve, 0); // of 64 bits each
  return syscall(SYS.openat2, at, path, how, how.byteLength);
}
