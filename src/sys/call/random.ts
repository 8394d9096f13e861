/** Names that nobody else has. getrandom(2) */
import { hex } from "../../base/bytes.ts";
import { check, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

/** 16 hex digits. */
export function randomName(): string {
  return hex(randomBytes(8));
}

/** A random UUID: version 4 of RFC 9562. */
export function randomUuid(): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function randomBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  check(syscall(SYS.getrandom, bytes, size, 0), "getrandom(2)", "choose a name");
  return bytes;
}
