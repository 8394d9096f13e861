/** Text and its bytes in UTF-8, without loss: bytes that are not UTF-8 survive as lone surrogates (engine/host.ts). Pure. */
import { decode, encode } from "../engine/text.ts";
import type { Bytes } from "./bytes.ts";

export function decodeText(bytes: Uint8Array, start?: number, end?: number): string {
  return decode(bytes, start ?? 0, end ?? bytes.length);
}

export function encodeText(text: string): Bytes {
  return encode(text);
}

/** As `includes`, for long texts and a part that is not empty: what is to be replaced the engine compares only where its first character is. */
export function contains(text: string, part: string): boolean {
  return text.replace(part, "") !== text;
}

/** Bytes that the text takes. */
export function byteLength(text: string): number {
  return encode(text).length;
}
