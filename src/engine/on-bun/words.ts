/** What goes into a register: native/engine/values.c, take_word. */
import { ptr } from "bun:ffi";
import type { Memory, Word } from "../host.ts";
import { encode } from "./text.ts";
import { isMemory, requireInteger, requireMemory } from "./values.ts";

/** As `toWord`, as whatever costs least: most words are small numbers. */
export function toRegister(value: Word, keep: Memory[]): number | bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  return isMemory(value) && value.byteLength > 0 ? ptr(requireMemory(value) as Uint8Array) : toWord(value, keep);
}

/** A word as a number of 64 bits. `keep` gets the memory that has to live as long as the word is used. */
export function toWord(value: Word, keep: Memory[]): bigint {
  if (isMemory(value)) return requireMemory(value).byteLength === 0 ? 0n : BigInt(ptr(value as Uint8Array));
  if (value === null) return 0n;
  if (typeof value !== "string") return BigInt.asIntN(64, requireInteger(value));
  const text = encode(value, true);
  keep.push(text);
  return BigInt(ptr(text));
}
