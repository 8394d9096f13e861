/** Bytes: numbers in them (little-endian, as the kernel's structures have them here), byte strings, comparing, joining. Pure. */
import { decodeLatin1, encodeLatin1, measureJson, putLatin1 as put, readFields, sumBytes, writeFields } from "../engine/bytes.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

export function u16(bytes: Uint8Array, at: number): number {
  const high = bytes[at + 1];
  if (high === undefined || at < 0) throw outside(bytes, at);
  return (bytes[at] ?? 0) | (high << 8);
}

export function i16(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) << 16) >> 16;
}

export function i32(bytes: Uint8Array, at: number): number {
  const high = bytes[at + 3];
  if (high === undefined || at < 0) throw outside(bytes, at);
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | (high << 24);
}

export function u32(bytes: Uint8Array, at: number): number {
  return i32(bytes, at) >>> 0;
}

/** Rounded above 2^53. */
export function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32;
}

/** Rounded beyond ±2^53. */
export function i64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + i32(bytes, at + 4) * 2 ** 32;
}

/** Every bit counts. */
export function exactU64(bytes: Uint8Array, at: number): bigint {
  return BigInt(u32(bytes, at)) | (BigInt(u32(bytes, at + 4)) << 32n);
}

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  requireRoom(bytes, at, 2);
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
}

/** Signed or unsigned. */
export function put32(bytes: Uint8Array, at: number, value: number): void {
  requireRoom(bytes, at, 4);
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}

/** Signed or unsigned; a number is a safe integer. */
export function put64(bytes: Uint8Array, at: number, value: number | bigint): void {
  if (typeof value === "bigint") {
    put32(bytes, at, Number(BigInt.asUintN(32, value)));
    put32(bytes, at + 4, Number(BigInt.asUintN(32, value >> 32n)));
  } else {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
    put32(bytes, at, value);
    put32(bytes, at + 4, Math.floor(value / 2 ** 32));
  }
}

function requireRoom(bytes: Uint8Array, at: number, size: number): void {
  if (at < 0 || at + size > bytes.length) throw outside(bytes, at);
}

function outside(bytes: Uint8Array, at: number): RangeError {
  return new RangeError(`offset ${at} is outside of ${bytes.length} bytes`);
}

/** Byte strings: one character, U+0000 to U+00FF, for each byte, and back; fields; the sum of bytes; the extent of JSON. What they take is in engine/host.ts. */
export { decodeLatin1 as latin1, encodeLatin1 as latin1Bytes, measureJson, readFields, sumBytes, writeFields };

/** One after the other. If `length` is given, that many bytes, filled up with zeros or cut. */
export function concat(pieces: readonly Uint8Array[], length: number = pieces.reduce((sum, piece) => sum + piece.length, 0)): Bytes {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    if (at >= length) break;
    joined.set(piece.length > length - at ? piece.subarray(0, length - at) : piece, at);
    at += piece.length;
  }
  return joined;
}

/** Lower case. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const value of bytes) text += value < 16 ? `0${value.toString(16)}` : value.toString(16);
  return text;
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Writes a byte string; what is longer than `room` is cut. */
export function putLatin1(bytes: Uint8Array, at: number, text: string, room: number = text.length): void {
  put(bytes, at, text.length > room ? text.slice(0, room) : text);
}
