/**
 * The 512-byte header block of ustar, GNU tar, star and their ancestor (POSIX.1-1988 ustar; tar(5)). Pure.
 *
 *   0 name[100]  100 mode[8]  108 uid[8]  116 gid[8]  124 size[12]  136 mtime[12]  148 checksum[8]  156 type  157 link[100]
 *   257 magic[6] version[2]  265 uname[32]  297 gname[32]  329 major[8]  337 minor[8]  345 prefix[155]
 *
 * star has prefix[131], then two times, and "tar" at 508. GNU has a map of four stretches at 386 and their file's size at 483.
 */
import { latin1, readFields, sumBytes, writeFields } from "../base/bytes.ts";
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

/** Forms of fields, for `readFields`. */
const [SKIPPED, TEXT, CHARACTERS, NUMBER] = [0, 1, 2, 3];
// biome-ignore format: as the block has them
const FIELDS = Uint8Array.of(
  TEXT, 100, NUMBER, 8, NUMBER, 8, NUMBER, 8, NUMBER, 12, NUMBER, 12, NUMBER, 8, CHARACTERS, 1, TEXT, 100,
  CHARACTERS, 8, SKIPPED, 64, NUMBER, 8, NUMBER, 8, TEXT, 155, SKIPPED, 8, CHARACTERS, 4,
);

/** The block at `at`; it must not be the zero block. Throws on a wrong checksum or number. */
export function decodeHeader(data: Uint8Array, at: number): HeaderBlock {
  const fields = readFields(data, at, FIELDS);
  requireChecksum(fields[6], data, at);
  const dialect = dialectOf(fields[9], fields[13]);
  const hasDevice = dialect !== "v7";
  const path = pathOf(fields[0], fields[12], dialect);
  return {
    name: path,
    mode: numberOf(fields[1], "mode", path) & 0o7777,
    uid: numberOf(fields[2], "user id", path),
    gid: numberOf(fields[3], "group id", path),
    size: numberOf(fields[4], "size", path),
    mtime: numberOf(fields[5], "time", path),
    type: textOf(fields[7]),
    linkName: textOf(fields[8]),
    major: hasDevice ? numberOf(fields[10], "device number", path) : 0,
    minor: hasDevice ? numberOf(fields[11], "device number", path) : 0,
  };
}

type Field = string | number | undefined;

function textOf(field: Field): string {
  return typeof field === "string" ? field : "";
}

function numberOf(field: Field, what: string, name: string): number {
  if (typeof field === "number" && Number.isSafeInteger(field)) return field;
  throw damaged(`its ${what} is no number`, name);
}

const STAR_PREFIX = 131;

function pathOf(name: Field, prefix: Field, dialect: Dialect): string {
  if (prefix === "" || dialect === "gnu" || dialect === "v7") return textOf(name);
  const directory = dialect === "star" ? textOf(prefix).slice(0, STAR_PREFIX) : textOf(prefix);
  return `${directory}/${textOf(name)}`;
}

const MAGIC_AT = 257;
const GNU_MAGIC = "ustar ";

type Dialect = "posix" | "star" | "gnu" | "v7";

function dialectOf(magic: Field, end: Field): Dialect {
  if (textOf(magic).startsWith(GNU_MAGIC)) return "gnu";
  if (!textOf(magic).startsWith("ustar\0")) return "v7";
  return end === "tar\0" ? "star" : "posix";
}

export interface OldSparseMap {
  readonly segments: readonly Segment[];
  /** More of the map is in the next block. */
  readonly goesOn: boolean;
}

const SIZE_WITH_HOLES = 483;

/** Of a sparse file in GNU's oldest form: the size with holes, and the part of the map that is in the header block; undefined in other dialects. */
export function decodeOldSparse(data: Uint8Array, at: number, name: string): (OldSparseMap & { readonly size: number }) | undefined {
  if (latin1(data, at + MAGIC_AT, at + MAGIC_AT + GNU_MAGIC.length) !== GNU_MAGIC) return undefined;
  const [size] = readFields(data, at + SIZE_WITH_HOLES, Uint8Array.of(NUMBER, 12));
  return { ...decodeStretches(data, { at: at + 386, count: 4 }, name), size: numberOf(size, "size", name) };
}

/** Of the block at `at`, which has nothing but a part of the map. */
export function decodeOldSparseBlock(data: Uint8Array, at: number, name: string): OldSparseMap {
  return decodeStretches(data, { at, count: 21 }, name);
}

const STRETCH = 24;

/** An empty one ends the list. The byte behind the last place says whether there is more. */
function decodeStretches(data: Uint8Array, { at, count }: { readonly at: number; readonly count: number }, name: string): OldSparseMap {
  const segments: Segment[] = [];
  const end = at + count * STRETCH;
  for (let here = at; here < end && data[here] !== 0; here += STRETCH) {
    const [offset, length] = readFields(data, here, Uint8Array.of(NUMBER, 12, NUMBER, 12));
    segments.push({ offset: numberOf(offset, "map", name), length: numberOf(length, "map", name) });
  }
  return { segments, goesOn: data[end] !== 0 };
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
function requireChecksum(stored: Field, data: Uint8Array, at: number): void {
  const field = at + CHECKSUM;
  const sum = sumBytes(data, at, at + BLOCK) - sumBytes(data, field, field + CHECKSUM_SIZE) + SPACES;
  if (stored === sum || stored === sum - 256 * negativesIn(data, at)) return;
  throw damaged("a header's checksum is wrong: this is no tar, or it is damaged");
}

function negativesIn(data: Uint8Array, at: number): number {
  let count = 0;
  for (let i = 0; i < BLOCK; i++) if ((data[at + i] ?? 0) > 127 && (i < CHECKSUM || i >= CHECKSUM + CHECKSUM_SIZE)) count++;
  return count;
}

// biome-ignore format: as the block has them; the last one is the prefix, with what is behind it
const WRITTEN = Uint8Array.of(
  TEXT, 100, NUMBER, 8, NUMBER, 8, NUMBER, 8, NUMBER, 12, NUMBER, 12, TEXT, 8, TEXT, 1, TEXT, 100,
  TEXT, 8, TEXT, 64, NUMBER, 8, NUMBER, 8, TEXT, 167,
);
/** Its digits and their NUL; a space stays behind them. */
const WRITTEN_CHECKSUM = Uint8Array.of(NUMBER, 7);
const MAGIC = "ustar\x0000";

/** Writes a block with its checksum at `at`. Text that is too long is cut; numbers must fit (see `fitsOctal`). */
export function putHeader(bytes: Uint8Array, at: number, header: HeaderBlock): void {
  const { mode, uid, gid, size, mtime, type, major, minor } = header;
  const [name, linkName] = [cut(header.name), cut(header.linkName)];
  writeFields(bytes, at, WRITTEN, name, mode, uid, gid, size, mtime, "        ", type, linkName, MAGIC, "", major, minor, "");
  writeFields(bytes, at + CHECKSUM, WRITTEN_CHECKSUM, sumBytes(bytes, at, at + BLOCK));
}

function cut(text: string): string {
  return text.length > 100 ? text.slice(0, 100) : text;
}

/** Whether a field of so many digits and a NUL can hold `value`. */
export function fitsOctal(value: number, digits: 7 | 11): boolean {
  return value >= 0 && value < (digits === 7 ? 0o10000000 : 0o100000000000) && Number.isInteger(value);
}
