/**
 * The 512-byte header block of ustar, GNU tar, star and their ancestor (POSIX.1-1988 ustar; tar(5)). Pure.
 *
 *   0 name[100]  100 mode[8]  108 uid[8]  116 gid[8]  124 size[12]  136 mtime[12]  148 checksum[8]  156 type  157 link[100]
 *   257 magic[6] version[2]  265 uname[32]  297 gname[32]  329 major[8]  337 minor[8]  345 prefix[155]
 *
 * star has prefix[131], then two times, and "tar" at 508. GNU has a map of four stretches at 386 and their file's size at 483.
 */
import { latin1, putLatin1, sumBytes } from "../base/bytes.ts";
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
  const block = latin1(data, at, at + BLOCK);
  requireChecksum(block, data, at);
  const dialect = dialectOf(block);
  const hasDevice = dialect !== "v7";
  let path = textIn(block, 0, 100);
  if (dialect === "posix" || dialect === "star") {
    const prefix = textIn(block, 345, dialect === "star" ? 131 : 155);
    if (prefix !== "") path = `${prefix}/${path}`;
  }
  return {
    name: path,
    mode: numberIn(block, 100, 8, "mode", path) & 0o7777,
    uid: numberIn(block, 108, 8, "user id", path),
    gid: numberIn(block, 116, 8, "group id", path),
    size: numberIn(block, 124, 12, "size", path),
    mtime: numberIn(block, 136, 12, "time", path),
    type: block.charAt(156),
    linkName: textIn(block, 157, 100),
    major: hasDevice ? numberIn(block, 329, 8, "device number", path) : 0,
    minor: hasDevice ? numberIn(block, 337, 8, "device number", path) : 0,
  };
}

type Dialect = "posix" | "star" | "gnu" | "v7";

function dialectOf(block: string): Dialect {
  if (block.startsWith("ustar ", 257)) return "gnu";
  if (!block.startsWith("ustar\0", 257)) return "v7";
  return block.startsWith("tar\0", 508) ? "star" : "posix";
}

export interface OldSparseMap {
  readonly segments: readonly Segment[];
  /** More of the map is in the next block. */
  readonly goesOn: boolean;
}

/** Of a sparse file in GNU's oldest form: the size with holes, and the part of the map that is in the header block; undefined in other dialects. */
export function decodeOldSparse(data: Uint8Array, at: number, name: string): (OldSparseMap & { readonly size: number }) | undefined {
  const block = latin1(data, at, at + BLOCK);
  if (dialectOf(block) !== "gnu") return undefined;
  return { ...decodeStretches(block, { at: 386, count: 4 }, name), size: numberIn(block, 483, 12, "size", name) };
}

/** Of the block at `at`, which has nothing but a part of the map. */
export function decodeOldSparseBlock(data: Uint8Array, at: number, name: string): OldSparseMap {
  return decodeStretches(latin1(data, at, at + BLOCK), { at: 0, count: 21 }, name);
}

/** An empty one ends the list. The byte behind the last place says whether there is more. */
function decodeStretches(block: string, { at, count }: { readonly at: number; readonly count: number }, name: string): OldSparseMap {
  const segments: Segment[] = [];
  for (let here = at; here < at + count * 24 && block[here] !== "\0"; here += 24) {
    segments.push({ offset: numberIn(block, here, 12, "map", name), length: numberIn(block, here + 12, 12, "map", name) });
  }
  return { segments, goesOn: block[at + count * 24] !== "\0" };
}

export function isZeroBlock(data: Uint8Array, at: number): boolean {
  for (let i = at; i < at + BLOCK; i++) if (data[i] !== 0) return false;
  return true;
}

const CHECKSUM = 148;
const CHECKSUM_SIZE = 8;
/** What its field counts as. */
const SPACES = CHECKSUM_SIZE * 0x20;

/** The sum over the block with the checksum's own field as spaces; some old programs took the bytes as signed. */
function requireChecksum(block: string, data: Uint8Array, at: number): void {
  const stored = octalIn(block, CHECKSUM, CHECKSUM_SIZE);
  const end = at + CHECKSUM + CHECKSUM_SIZE;
  const sum = sumBytes(data, at, end - CHECKSUM_SIZE) + SPACES + sumBytes(data, end, at + BLOCK);
  if (stored === sum || stored === sum - 256 * negativesIn(block)) return;
  throw damaged("a header's checksum is wrong: this is no tar, or it is damaged");
}

function negativesIn(block: string): number {
  let count = 0;
  for (let i = 0; i < BLOCK; i++) if (block.charCodeAt(i) > 127 && (i < CHECKSUM || i >= CHECKSUM + CHECKSUM_SIZE)) count++;
  return count;
}

/** Up to a NUL or the field's end. */
function textIn(block: string, at: number, length: number): string {
  if (block[at] === "\0") return "";
  const end = block.indexOf("\0", at);
  return block.slice(at, end < 0 || end > at + length ? at + length : end);
}

function numberIn(block: string, at: number, length: number, what: string, name: string): number {
  const value = block.charCodeAt(at) < 0x80 ? octalIn(block, at, length) : binaryIn(block, at, length);
  if (value !== undefined && Number.isSafeInteger(value)) return value;
  throw damaged(`its ${what} is no number`, name);
}

const ZERO = 0x30;
const SEVEN = 0x37;

/** Digits after spaces, ended by a space, a NUL or the end of the field; an empty field is 0. */
function octalIn(block: string, at: number, length: number): number | undefined {
  const last = block.charCodeAt(at + length - 2);
  if (last >= ZERO && last <= SEVEN && block[at + length - 1] === "\0") {
    const value = Number(`0o${block.slice(at, at + length - 1)}`); // as nearly all write it; with spaces in front it is no number
    if (!Number.isNaN(value)) return value;
  }
  return paddedOctalIn(block, at, at + length);
}

function paddedOctalIn(block: string, at: number, end: number): number | undefined {
  let i = at;
  while (i < end && isBlank(block[i])) i++;
  let value = 0;
  for (; i < end && !isBlank(block[i]); i++) {
    const digit = block.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\0";
}

/** GNU's form for what octal cannot hold: big-endian two's complement behind a marker bit. */
function binaryIn(block: string, at: number, length: number): number {
  const isNegative = block.charCodeAt(at) === 0xff;
  let value = isNegative ? -1 : block.charCodeAt(at) & 0x7f;
  for (let i = at + 1; i < at + length; i++) value = value * 256 + block.charCodeAt(i);
  return value;
}

/** Writes a block with its checksum at `at`. Text that is too long is cut; numbers must fit (see `fitsOctal`). */
export function putHeader(bytes: Uint8Array, at: number, header: HeaderBlock): void {
  putLatin1(bytes, at, headerText(header));
  const sum = sumBytes(bytes, at, at + BLOCK);
  putLatin1(bytes, at + CHECKSUM, octal(sum, CHECKSUM_SIZE - 2));
}

const MAGIC = `ustar\x0000${"\0".repeat(64)}`;
const NO_DEVICE = octal(0, 7) + octal(0, 7);
const REST = "\0".repeat(BLOCK - 345);

/** As a byte string, with spaces for the checksum, which is computed so; the last of them stays behind its digits and their NUL. */
function headerText({ name, mode, uid, gid, size, mtime, type, linkName, major, minor }: HeaderBlock): string {
  const numbers = octal(mode, 7) + octal(uid, 7) + octal(gid, 7) + octal(size, 11) + octal(mtime, 11);
  const device = major === 0 && minor === 0 ? NO_DEVICE : octal(major, 7) + octal(minor, 7);
  return `${field(name)}${numbers}        ${type}${field(linkName)}${MAGIC}${device}${REST}`;
}

function field(text: string): string {
  return text.length > 100 ? text.slice(0, 100) : text.padEnd(100, "\0");
}

/** So many digits and a NUL. */
function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

/** Whether a field of so many digits and a NUL can hold `value`. */
export function fitsOctal(value: number, digits: 7 | 11): boolean {
  return value >= 0 && value < (digits === 7 ? 0o10000000 : 0o100000000000) && Number.isInteger(value);
}
