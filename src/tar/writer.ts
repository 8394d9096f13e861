/**
 * Writes a tar: ustar headers, PAX records for what these cannot hold, sparse files in the form PAX 1.0. The same entries give the same bytes.
 * What no reader would take is refused (limits.ts).
 *
 * Bytes gather in a buffer; the caller takes full pieces between calls (`take`), so that an archive of any size needs little memory.
 */
import { type Bytes, concat, putLatin1 } from "../base/bytes.ts";
import { RuntimeError } from "../base/errors.ts";
import { encodeText } from "../base/text.ts";
import { dataSize, shown, type TarEntry, type TarKind } from "./entry.ts";
import { BLOCK, fitsOctal, type HeaderBlock, putHeader } from "./header.ts";
import { DEFAULT_LIMITS, pathExcess, type TarLimits, TarTotals, targetExcess } from "./limits.ts";
import { encodePaxTime, encodeRecord } from "./pax.ts";
import { encodeMap } from "./sparse.ts";

const TYPES = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
} as const satisfies Record<TarKind, string>;

const ASCII = /^[ -~]*$/;
const NAME_FIELD = 100;
/** The end of an archive: two blocks of zeros, and no record size to fill up. */
const END = 2 * BLOCK;
const BUFFER = 64 * 1024;

export class TarWriter {
  /** It becomes larger when it has to. What is behind `#length` is of no account. */
  #buffer = new Uint8Array(BUFFER);
  #length = 0;
  #name = "";
  #left = 0;
  #padding = 0;
  readonly #limits: TarLimits;
  readonly #totals: TarTotals;

  constructor(limits: Partial<TarLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#totals = new TarTotals(this.#limits);
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /** Content must follow: exactly `entry.size` bytes, or of a sparse file the data alone. Throws "unsupported" for what exceeds the limits. */
  entry(entry: TarEntry): void {
    this.#requireComplete();
    this.#left = entry.kind === "file" ? dataSize(entry) : 0;
    const excess = this.#totals.add(this.#left) ?? pathExcess(entry.name, this.#limits) ?? this.#linkExcess(entry);
    if (excess !== undefined) throw refused(entry, excess);
    const map = entry.sparse === undefined ? undefined : padded(encodeText(encodeMap(entry.sparse, entry.size)));
    const size = this.#left + (map?.length ?? 0);
    const records = recordsFor(entry, size);
    if (records !== "") this.#extendedHeader(entry, records);
    this.#header(blockFor(entry, size));
    if (map !== undefined) this.#add(this.#inLimits(entry, map));
    this.#name = entry.name;
    this.#padding = (BLOCK - (this.#left % BLOCK)) % BLOCK;
  }

  #linkExcess({ kind, linkName }: TarEntry): string | undefined {
    return kind === "symlink" ? targetExcess(linkName, this.#limits) : pathExcess(linkName, this.#limits);
  }

  #inLimits<T extends { readonly length: number }>(entry: TarEntry, header: T): T {
    const most = this.#limits.headerBytes;
    if (header.length <= most) return header;
    throw refused(entry, `its attributes, or its holes, need a header of ${header.length} bytes; at most ${most} are accepted`);
  }

  /** A piece of the last entry's content. */
  content(bytes: Uint8Array): void {
    this.#add(bytes);
    this.#count(bytes.length);
  }

  /** Where the next `size` bytes of content may be put, to be counted by `fill`; until anything else is written. */
  room(size: number): Bytes {
    this.#reserve(size);
    return this.#buffer.subarray(this.#length, this.#length + size);
  }

  /** So many bytes of the last entry's content have been put into the `room`. */
  fill(size: number): void {
    this.#length += size;
    this.#count(size);
  }

  /** So many bytes of the last entry's content go to the archive by another way, behind all that was taken. */
  passBy(size: number): void {
    if (this.#length > 0) throw new Error("what is written was not taken before");
    this.#count(size);
  }

  #count(size: number): void {
    if (size > this.#left) throw wrongSize(this.#name, "more");
    this.#left -= size;
    if (this.#left === 0 && size > 0) this.#zeros(this.#padding);
  }

  end(): void {
    this.#requireComplete();
    this.#zeros(END);
  }

  /** What was written since the last call; valid until more is written. */
  take(): Bytes {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #zeros(size: number): void {
    this.#reserve(size);
    this.#buffer.fill(0, this.#length, this.#length + size);
    this.#length += size;
  }

  #header(header: HeaderBlock): void {
    this.#reserve(BLOCK);
    putHeader(this.#buffer, this.#length, header);
    this.#length += BLOCK;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed > this.#buffer.length)
      this.#buffer = concat([this.#buffer.subarray(0, this.#length)], Math.max(needed, 2 * this.#buffer.length));
  }

  #requireComplete(): void {
    if (this.#left > 0) throw wrongSize(this.#name, "less");
  }

  #extendedHeader(entry: TarEntry, records: string): void {
    const { length } = this.#inLimits(entry, records);
    this.#header(extendedHeader(`PaxHeaders/${lastPart(entry.name)}`, length));
    this.#reserve(length);
    putLatin1(this.#buffer, this.#length, records);
    this.#length += length;
    this.#zeros((BLOCK - (length % BLOCK)) % BLOCK);
  }
}

function extendedHeader(name: string, size: number): HeaderBlock {
  return { name, mode: 0o644, uid: 0, gid: 0, size, mtime: 0, type: "x", linkName: "", major: 0, minor: 0 };
}

/** The last part of a path that is not empty. */
function lastPart(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

function refused({ name }: TarEntry, excess: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot archive ${shown(name)}: ${excess}`);
}

function wrongSize(name: string, word: "more" | "less"): RuntimeError {
  return new RuntimeError("integrity", `cannot archive ${shown(name)}: it has ${word} content than announced; was it written to?`);
}

function padded(data: Bytes): Bytes {
  return concat([data], Math.ceil(data.length / BLOCK) * BLOCK);
}

/** PAX records for what the block cannot say. `size` is that in the archive. */
function recordsFor(entry: TarEntry, size: number): string {
  let records = "";
  if (entry.sparse !== undefined) {
    records += encodeRecord("GNU.sparse.major", "1") + encodeRecord("GNU.sparse.minor", "0");
    records += encodeRecord("GNU.sparse.name", entry.name) + encodeRecord("GNU.sparse.realsize", String(entry.size));
  } else if (!fitsField(entry.name)) records += encodeRecord("path", entry.name);
  if (!fitsField(entry.linkName)) records += encodeRecord("linkpath", entry.linkName);
  if (!fitsOctal(entry.uid, 7)) records += encodeRecord("uid", String(entry.uid));
  if (!fitsOctal(entry.gid, 7)) records += encodeRecord("gid", String(entry.gid));
  if (!fitsOctal(size, 11)) records += encodeRecord("size", String(size));
  const { seconds, nanoseconds } = entry.modified;
  if (nanoseconds !== 0 || !fitsOctal(seconds, 11)) records += encodeRecord("mtime", encodePaxTime(entry.modified));
  if (entry.xattrs.size === 0) return records;
  const xattrs = [...entry.xattrs].sort(([a], [b]) => (a < b ? -1 : 1));
  return records + xattrs.map(([name, value]) => encodeRecord(`SCHILY.xattr.${name}`, value)).join("");
}

function fitsField(text: string): boolean {
  return text === "" || (text.length <= NAME_FIELD && ASCII.test(text));
}

/** For readers that know no PAX: numbers that fit, else zero; what is too long of a text is cut. */
function blockFor(entry: TarEntry, size: number): HeaderBlock {
  return {
    name: entry.sparse === undefined ? entry.name : nameBesides(entry.name),
    mode: entry.mode,
    uid: fitting(entry.uid, 7),
    gid: fitting(entry.gid, 7),
    size: fitting(size, 11),
    mtime: fitting(entry.modified.seconds, 11),
    type: TYPES[entry.kind],
    linkName: entry.linkName,
    major: entry.device.major,
    minor: entry.device.minor,
  };
}

function fitting(value: number, digits: 7 | 11): number {
  return fitsOctal(value, digits) ? value : 0;
}

/** As GNU tar does: who does not know sparse files must not take the map for the file's content. */
function nameBesides(name: string): string {
  const slash = name.lastIndexOf("/") + 1;
  return `${name.slice(0, slash)}GNUSparseFile.0/${name.slice(slash)}`;
}
