/**
 * Writes a tar: ustar headers, PAX records for what these cannot hold, sparse files in the form PAX 1.0. The same entries give the same bytes.
 * What no reader would take is refused (limits.ts).
 *
 * Bytes gather in a buffer; the caller takes full pieces between calls (`take`), so that an archive of any size needs little memory.
 */
import { type Bytes, concat } from "../base/bytes.ts";
import { RuntimeError } from "../base/errors.ts";
import { encodeText } from "../base/text.ts";
import { dataSize, shown, type TarEntry, type TarKind } from "./entry.ts";
import { BLOCK, encodeHeader, fitsOctal, type HeaderBlock } from "./header.ts";
import { DEFAULT_LIMITS, pathExcess, type TarLimits, TarTotals, targetExcess } from "./limits.ts";
import { encodePax, encodePaxTime } from "./pax.ts";
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

export class TarWriter {
  #pieces: Uint8Array[] = [];
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
    this.#require(entry, this.#totals.add(this.#left) ?? pathExcess(entry.name, this.#limits) ?? this.#linkExcess(entry));
    const map = entry.sparse === undefined ? undefined : padded(encodeText(encodeMap(entry.sparse, entry.size)));
    const size = this.#left + (map?.length ?? 0);
    const records = recordsFor(entry, size);
    if (records.size > 0) this.#extendedHeader(entry, records);
    this.#add(encodeHeader(blockFor(entry, size)));
    if (map !== undefined) this.#add(this.#inLimits(entry, map));
    this.#name = entry.name;
    this.#padding = (BLOCK - (this.#left % BLOCK)) % BLOCK;
  }

  #linkExcess({ kind, linkName }: TarEntry): string | undefined {
    return kind === "symlink" ? targetExcess(linkName, this.#limits) : pathExcess(linkName, this.#limits);
  }

  #require({ name }: TarEntry, excess: string | undefined): void {
    if (excess !== undefined) throw new RuntimeError("unsupported", `cannot archive ${shown(name)}: ${excess}`);
  }

  #inLimits(entry: TarEntry, header: Bytes): Bytes {
    const most = this.#limits.headerBytes;
    const excess = `its attributes, or its holes, need a header of ${header.length} bytes; at most ${most} are accepted`;
    this.#require(entry, header.length > most ? excess : undefined);
    return header;
  }

  /** A piece of the last entry's content; the bytes are not copied, so they must stay as they are. */
  content(bytes: Uint8Array): void {
    if (bytes.length > this.#left) throw wrongSize(this.#name, "more");
    this.#add(bytes);
    this.#left -= bytes.length;
    if (this.#left === 0 && this.#padding > 0) this.#add(new Uint8Array(this.#padding));
  }

  end(): void {
    this.#requireComplete();
    this.#add(new Uint8Array(END));
  }

  /** What was written since the last call. */
  take(): Bytes {
    const taken = concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return taken;
  }

  #add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  #requireComplete(): void {
    if (this.#left > 0) throw wrongSize(this.#name, "less");
  }

  #extendedHeader(entry: TarEntry, records: ReadonlyMap<string, string>): void {
    const data = this.#inLimits(entry, encodePax(records));
    const name = `PaxHeaders/${entry.name.split("/").findLast((part) => part !== "") ?? ""}`;
    this.#add(encodeHeader({ ...EMPTY, name: cut(name), mode: 0o644, size: data.length, type: "x" }));
    this.#add(padded(data));
  }
}

const EMPTY: HeaderBlock = { name: "", mode: 0, uid: 0, gid: 0, size: 0, mtime: 0, type: "0", linkName: "", major: 0, minor: 0 };

function wrongSize(name: string, word: "more" | "less"): RuntimeError {
  return new RuntimeError("integrity", `cannot archive ${shown(name)}: it has ${word} content than announced; was it written to?`);
}

function padded(data: Bytes): Bytes {
  return concat([data], Math.ceil(data.length / BLOCK) * BLOCK);
}

/** PAX records for what the block cannot say. `size` is that in the archive. */
function recordsFor(entry: TarEntry, size: number): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  if (entry.sparse !== undefined) {
    records.set("GNU.sparse.major", "1").set("GNU.sparse.minor", "0");
    records.set("GNU.sparse.name", entry.name).set("GNU.sparse.realsize", String(entry.size));
  } else if (!fitsField(entry.name)) records.set("path", entry.name);
  if (!fitsField(entry.linkName)) records.set("linkpath", entry.linkName);
  if (!fitsOctal(entry.uid, 8)) records.set("uid", String(entry.uid));
  if (!fitsOctal(entry.gid, 8)) records.set("gid", String(entry.gid));
  if (!fitsOctal(size, 12)) records.set("size", String(size));
  const { seconds, nanoseconds } = entry.modified;
  if (nanoseconds !== 0 || !fitsOctal(seconds, 12)) records.set("mtime", encodePaxTime(entry.modified));
  for (const [name, value] of [...entry.xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) records.set(`SCHILY.xattr.${name}`, value);
  return records;
}

function fitsField(text: string): boolean {
  return text.length <= NAME_FIELD && ASCII.test(text);
}

/** For readers that know no PAX: what fits, zero or cut else. */
function blockFor(entry: TarEntry, size: number): HeaderBlock {
  const fitting = (value: number, length: number): number => (fitsOctal(value, length) ? value : 0);
  return {
    name: cut(entry.sparse === undefined ? entry.name : nameBesides(entry.name)),
    mode: entry.mode,
    uid: fitting(entry.uid, 8),
    gid: fitting(entry.gid, 8),
    size: fitting(size, 12),
    mtime: fitting(entry.modified.seconds, 12),
    type: TYPES[entry.kind],
    linkName: cut(entry.linkName),
    major: entry.device.major,
    minor: entry.device.minor,
  };
}

/** As GNU tar does: who does not know sparse files must not take the map for the file's content. */
function nameBesides(name: string): string {
  const slash = name.lastIndexOf("/") + 1;
  return `${name.slice(0, slash)}GNUSparseFile.0/${name.slice(slash)}`;
}

function cut(text: string): string {
  return text.slice(0, NAME_FIELD);
}
