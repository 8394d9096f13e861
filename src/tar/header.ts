/**
 * The 512-byte header block of ustar, GNU tar, star and their ancestor (POSIX.1-1988 ustar; tar(5)). Pure.
 *
 *   0 name[100]  100 mode[8]  108 uid[8]  116 gid[8]  124 size[12]  136 mtime[12]  148 checksum[8]  156 type  157 link[100]
 *   257 magic[6] version[2]  265 uname[32]  297 gname[32]  329 major[8]  337 minor[8]  345 prefix[155]
 *
 * star has prefix[131], then two times, and "tar" at 508. GNU has a map of four stretches at 386 and their file's size at 483.
 */
import { type Bytes, latin1, putLatin1 } from "../base/bytes.ts";
import { damaged } from "./entry.ts";
import type { Segment } from "./sparse.ts";

export const BLOCK = 512;

export interface HeaderBlock {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  /** One character; "\0" for regular files of the oldest form. */
  readonly type: string;
  readonly linkName: string;
  readonly major: number;
  readonly minor: number;
}

/** The block at `at`; it must not be the zero block. Throws on a wrong checksum or number. */
export function decodeHeader(data: Uint8Array, at: number): HeaderBlock {
  requireChecksum(data, at);
  const dialect = dialectOf(data, at);
  const isPosix = dialect === "posix" || dialect === "star";
  const hasDevice = isPosix || dialect === "gnu";
  const name = decodeText(data, at, 100);
  const prefix = isPosix ? decodeText(data, at + 345, dialect === "star" ? 131 : 155) : "";
  const path = prefix === "" ? name : `${prefix}/${name}`;
  return {
    name: path,
    mode: decodeNumber(data, at + 100, 8, "mode", path) & 0o7777,
    uid: decodeNumber(data, at + 108, 8, "user id", path),
    gid: decodeNumber(data, at + 116, 8, "group id", path),
    size: decodeNumber(data, at + 124, 12, "size", path),
    mtime: decodeNumber(data, at + 136, 12, "time", path),
    type: String.fromCharCode(data[at + 156] ?? 0),
    linkName: decodeText(data, at + 157, 100),
    major: hasDevice ? decodeNumber(data, at + 329, 8, "device number", path) : 0,
    minor: hasDevice ? decodeNumber(data, at + 337, 8, "device number", path) : 0,
  };
}

type Dialect = "posix" | "star" | "gnu" | "v7";

function dialectOf(data: Uint8Array, at: number): Dialect {
  const magic = latin1(data, at + 257, at + 263);
  if (magic === "ustar ") return "gnu";
  if (magic !== "ustar\0") return "v7";
  return latin1(data, at + 508, at + 512) === "tar\0" ? "star" : "posix";
}

export interface OldSparseMap {
  readonly segments: readonly Segment[];
  /** More of the map is in the next block. */
  readonly goesOn: boolean;
}

/** Of a sparse file in GNU's oldest form: the size with holes, and the part of the map that is in the header block; undefined in other dialects. */
export function decodeOldSparse(data: Uint8Array, at: number, name: string): (OldSparseMap & { readonly size: number }) | undefined {
  if (dialectOf(data, at) !== "gnu") return undefined;
  return { ...decodeStretches(data, { at: at + 386, count: 4 }, name), size: decodeNumber(data, at + 483, 12, "size", name) };
}

/** Of the block at `at`, which has nothing but a part of the map. */
export function decodeOldSparseBlock(data: Uint8Array, at: number, name: string): OldSparseMap {
  return decodeStretches(data, { at, count: 21 }, name);
}

/** An empty one ends the list. The byte behind the last place says whether there is more. */
function decodeStretches(data: Uint8Array, { at, count }: { readonly at: number; readonly count: number }, name: string): OldSparseMap {
  const segments: Segment[] = [];
  for (let here = at; here < at + count * 24 && data[here] !== 0; here += 24) {
    const [offset, length] = [here, here + 12].map((field) => decodeNumber(data, field, 12, "map", name));
    segments.push({ offset: offset ?? 0, length: length ?? 0 });
  }
  return { segments, goesOn: data[at + count * 24] !== 0 };
}

export function isZeroBlock(data: Uint8Array, at: number): boolean {
  for (let i = at; i < at + BLOCK; i++) if (data[i] !== 0) return false;
  return true;
}

/** The sum over the block with the checksum's own field as spaces; some old programs took the bytes as signed. */
function requireChecksum(data: Uint8Array, at: number): void {
  let unsigned = 0;
  let negative = 0;
  for (let i = at; i < at + BLOCK; i++) {
    const byte = i >= at + 148 && i < at + 156 ? 0x20 : (data[i] ?? 0);
    unsigned += byte;
    if (byte > 127) negative++;
  }
  const stored = decodeOctal(data, at + 148, 8);
  if (stored !== unsigned && stored !== unsigned - 256 * negative) {
    throw damaged("a header's checksum is wrong: this is no tar, or it is damaged");
  }
}

function decodeText(data: Uint8Array, at: number, length: number): string {
  const end = data.subarray(at, at + length).indexOf(0);
  return latin1(data, at, at + (end < 0 ? length : end));
}

function decodeNumber(data: Uint8Array, at: number, length: number, what: string, name: string): number {
  const value = ((data[at] ?? 0) & 0x80) === 0 ? decodeOctal(data, at, length) : decodeBinary(data, at, length);
  if (value === undefined || !Number.isSafeInteger(value)) throw damaged(`its ${what} is no number`, name);
  return value;
}

/** Digits after spaces, ended by a space, a NUL or the end of the field; an empty field is 0. */
function decodeOctal(data: Uint8Array, at: number, length: number): number | undefined {
  let i = at;
  const end = at + length;
  while (i < end && (data[i] === 0x20 || data[i] === 0)) i++;
  let value = 0;
  for (; i < end && data[i] !== 0x20 && data[i] !== 0; i++) {
    const digit = (data[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}

/** GNU's form for what octal cannot hold: big-endian two's complement behind a marker bit. */
function decodeBinary(data: Uint8Array, at: number, length: number): number {
  const isNegative = data[at] === 0xff;
  let value = isNegative ? -1 : (data[at] ?? 0) & 0x7f;
  for (let i = at + 1; i < at + length; i++) value = value * 256 + (data[i] ?? 0);
  return value;
}

/** A block with its checksum. Text that is too long is cut; numbers must fit (see `fitsOctal`). */
export function encodeHeader(header: HeaderBlock): Bytes {
  const block = new Uint8Array(BLOCK);
  putLatin1(block, 0, header.name, 100);
  writeOctal(block, 100, 8, header.mode);
  writeOctal(block, 108, 8, header.uid);
  writeOctal(block, 116, 8, header.gid);
  writeOctal(block, 124, 12, header.size);
  writeOctal(block, 136, 12, header.mtime);
  putLatin1(block, 148, "        ");
  putLatin1(block, 156, header.type);
  putLatin1(block, 157, header.linkName, 100);
  putLatin1(block, 257, "ustar\x0000");
  writeOctal(block, 329, 8, header.major);
  writeOctal(block, 337, 8, header.minor);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += block[i] ?? 0;
  putLatin1(block, 148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** Whether a field of `length` bytes can hold `value` and the NUL behind it. */
export function fitsOctal(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 8 ** (length - 1);
}

function writeOctal(block: Uint8Array, at: number, length: number, value: number): void {
  putLatin1(block, at, value.toString(8).padStart(length - 1, "0"));
}
