/** Byte strings and sums, as in native/engine/bytes.c. */
import type { Memory } from "../host.ts";
import { requireBetween, requireCount, requireMemory, requireText } from "./values.ts";

export function encodeLatin1(...args: [text: string, terminated?: boolean]): Uint8Array<ArrayBuffer> {
  requireCount(args.length, 1, 2);
  const [text, terminated = false] = args;
  requireText(text, "text");
  if (typeof terminated !== "boolean") throw new TypeError("encodeLatin1 takes a string and a boolean");
  const bytes = new Uint8Array(text.length + (terminated ? 1 : 0));
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function decodeLatin1(...args: [bytes: Memory, start?: number, end?: number]): string {
  const { buffer, byteOffset, byteLength } = range(args);
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

export function putLatin1(...args: [bytes: Memory, at: number, text: string]): undefined {
  requireCount(args.length, 3, 3);
  const [bytes, at, text] = args;
  const { buffer, byteOffset, byteLength } = requireMemory(bytes);
  requireBetween(at, 0, byteLength);
  requireText(text, "text");
  if (text.length > byteLength - at) throw new RangeError("text that is longer than the memory");
  const to = new Uint8Array(buffer as ArrayBuffer, byteOffset + at, text.length);
  for (let i = 0; i < text.length; i++) to[i] = text.charCodeAt(i);
  return undefined;
}

export function sumBytes(...args: [bytes: Memory, start?: number, end?: number]): number {
  let sum = 0;
  const bytes = range(args);
  for (let i = 0; i < bytes.length; i++) sum += bytes[i] ?? 0;
  return sum;
}

export function hexAfter(...args: [prefix: string, text: string]): number {
  requireCount(args.length, 2, 2);
  const [prefix, text] = args;
  requireText(prefix, "a prefix");
  requireText(text, "text");
  return text.startsWith(prefix) && /^[0-9a-f]*$/.test(text.slice(prefix.length)) ? text.length - prefix.length : -1;
}

export function isCleanPath(...args: [path: string]): boolean {
  requireCount(args.length, 1, 1);
  const path = requireText(args[0], "a path");
  return path === "/" || (path.startsWith("/") && !path.includes("//") && !path.includes("/.") && !path.endsWith("/"));
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPENING, CLOSING] = [Buffer.from("[{"), Buffer.from("]}")];

export function measureJson(...args: [bytes: Memory]): [levels: number, values: number] {
  requireCount(args.length, 1, 1);
  const bytes = range(args);
  let [level, levels, values, inString] = [0, 0, 0, false];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === QUOTE) inString = !inString;
    else if (inString) i += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA) values++;
    else if (OPENING.includes(byte)) {
      values++;
      levels = Math.max(levels, ++level);
    } else if (CLOSING.includes(byte)) level--;
  }
  return [levels, values];
}

function range(args: readonly [bytes: Memory, start?: number, end?: number]): Uint8Array<ArrayBuffer> {
  requireCount(args.length, 1, 3);
  const { buffer, byteOffset, byteLength } = requireMemory(args[0]);
  const end = args.length > 2 ? requireBetween(args[2], 0, byteLength) : byteLength;
  const start = args.length > 1 ? requireBetween(args[1], 0, end) : 0;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset + start, end - start);
}
