/** Enough files for copying them to be interruptible. */
import type { Files } from "./temp-dir.ts";

export const COUNT = 3000;

/** The name of one of them, from 0 on: they are copied in this order. */
export function nameOf(i: number): string {
  return `n/${String(i).padStart(4, "0")}`;
}

export const MANY_FILES: Files = Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [nameOf(i), `${i}`]));
