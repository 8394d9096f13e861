/** Text and its bytes in UTF-8, without loss: bytes that are not UTF-8 survive as lone surrogates (engine/host.ts). Pure. */
import { decode, encode } from "../engine/text.ts";
import type { Bytes } from "./bytes.ts";

export function decodeText(bytes: Uint8Array, start?: number, end?: number): string {
  return decode(bytes, start ?? 0, end ?? bytes.length);
}

export function encodeText(text: string): Bytes {
  return encode(text);
}

/** Bytes that the text takes. */
export function byteLength(text: string): number {
  return encode(text).length;
}
