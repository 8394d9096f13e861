/** Text and bytes without loss, as in native/engine/text.c, which has the reasons. */
import type { Memory } from "../host.ts";
import { requireBetween, requireCount, requireMemory, requireText } from "./values.ts";

const ESCAPE = 0xdc00;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function encode(...args: [text: string, terminated?: boolean]): Uint8Array<ArrayBuffer> {
  requireCount(args.length, 1, 2);
  const [text, terminated = false] = args;
  requireText(text, "text");
  if (typeof terminated !== "boolean") throw new TypeError("encode takes a string and a boolean");
  if (terminated && text.includes("\0")) throw new TypeError("text with a NUL character");
  const whole = terminated ? `${text}\0` : text;
  return whole.isWellFormed() ? encoder.encode(whole) : encodeEscapes(whole);
}

function encodeEscapes(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) bytes.push(code - ESCAPE);
    else bytes.push(...encoder.encode(character));
  }
  return new Uint8Array(bytes);
}

export function decode(...args: [bytes: Memory, start?: number, end?: number]): string {
  requireCount(args.length, 1, 3);
  const { buffer, byteOffset, byteLength } = requireMemory(args[0]);
  const end = args.length > 2 ? requireBetween(args[2], 0, byteLength) : byteLength;
  const start = args.length > 1 ? requireBetween(args[1], 0, end) : 0;
  const bytes = new Uint8Array(buffer, byteOffset + start, end - start);
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeEscapes(bytes);
  }
}

function decodeEscapes(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceSize(bytes, at);
    text += size === 0 ? String.fromCharCode(ESCAPE | (bytes[at] ?? 0)) : decoder.decode(bytes.subarray(at, at + size));
    at += Math.max(size, 1);
  }
  return text;
}

/** Of the valid sequence at `at`; 0 if there is none. */
function sequenceSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  try {
    return [...decoder.decode(bytes.subarray(at, at + size))].length === 1 ? size : 0;
  } catch {
    return 0;
  }
}
