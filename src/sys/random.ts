/** Names that nobody else has. getrandom(2) */
import { hex } from "../base/bytes.ts";
import { check, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const BYTES = 8;

/** 16 hex digits. */
export function randomName(): string {
  const bytes = new Uint8Array(BYTES);
  check(syscall(SYS.getrandom, bytes, bytes.length, 0), "getrandom(2)", "choose a name");
  return hex(bytes);
}
