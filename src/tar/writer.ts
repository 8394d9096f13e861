/**
 * Writes a tar: ustar headers, PAX records for what these cannot hold. The same entries give the same bytes.
 *
 * Bytes gather in a buffer; the caller takes full pieces between calls (`take`), so that an archive of any size needs little memory.
 */
import { RuntimeError } from "../base/errors.ts";
import { shown, type TarEntry, type TarKind } from "./entry.ts";
import { BLOCK, encodeHeader, fitsOctal, type HeaderBlock } from "./header.ts";
import { encodePax, encodePaxTime } from "./pax.ts";

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

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /** Content of exactly `entry.size` bytes must follow. */
  entry(entry: TarEntry): void {
    this.#requireComplete();
    const records = recordsFor(entry);
    if (records.size > 0) this.#extendedHeader(entry, records);
    this.#add(encodeHeader(blockFor(entry)));
    this.#name = entry.name;
    this.#left = entry.kind === "file" ? entry.size : 0;
    this.#padding = (BLOCK - (this.#left % BLOCK)) % BLOCK;
  }

  /** A piece of the last entry's content; the bytes are not copied, so they must stay as they are. */
  content(bytes: Uint8Array): void {
    if (bytes.length > this.#left) throw wrongSize(this.#name, "more");
    this.#add(bytes);
    this.#left -= bytes.length;
    if (this.#left === 0 && this.#padding > 0) this.#add(Buffer.alloc(this.#padding));
  }

  end(): void {
    this.#requireComplete();
    this.#add(Buffer.alloc(END));
  }

  /** What was written since the last call. */
  take(): Buffer {
    const taken = Buffer.concat(this.#pieces, this.#length);
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
    const data = encodePax(records);
    const name = `PaxHeaders/${entry.name.split("/").findLast((part) => part !== "") ?? ""}`;
    this.#add(encodeHeader({ ...EMPTY, name: cut(name), mode: 0o644, size: data.length, type: "x" }));
    this.#add(data);
    this.#add(Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK));
  }
}

const EMPTY: HeaderBlock = { name: "", mode: 0, uid: 0, gid: 0, size: 0, mtime: 0, type: "0", linkName: "", major: 0, minor: 0 };

function wrongSize(name: string, word: "more" | "less"): RuntimeError {
  return new RuntimeError("integrity", `cannot archive ${shown(name)}: it has ${word} content than announced; was it written to?`);
}

/** PAX records for what the block cannot say. */
function recordsFor(entry: TarEntry): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  if (!fitsField(entry.name)) records.set("path", entry.name);
  if (!fitsField(entry.linkName)) records.set("linkpath", entry.linkName);
  if (!fitsOctal(entry.uid, 8)) records.set("uid", String(entry.uid));
  if (!fitsOctal(entry.gid, 8)) records.set("gid", String(entry.gid));
  if (!fitsOctal(entry.size, 12)) records.set("size", String(entry.size));
  const { seconds, nanoseconds } = entry.modified;
  if (nanoseconds !== 0 || !fitsOctal(seconds, 12)) records.set("mtime", encodePaxTime(entry.modified));
  for (const [name, value] of [...entry.xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) records.set(`SCHILY.xattr.${name}`, value);
  return records;
}

function fitsField(text: string): boolean {
  return text.length <= NAME_FIELD && ASCII.test(text);
}

/** For readers that know no PAX: what fits, zero or cut else. */
function blockFor(entry: TarEntry): HeaderBlock {
  const fitting = (value: number, length: number): number => (fitsOctal(value, length) ? value : 0);
  return {
    name: cut(entry.name),
    mode: entry.mode,
    uid: fitting(entry.uid, 8),
    gid: fitting(entry.gid, 8),
    size: fitting(entry.kind === "file" ? entry.size : 0, 12),
    mtime: fitting(entry.modified.seconds, 12),
    type: TYPES[entry.kind],
    linkName: cut(entry.linkName),
    major: entry.device.major,
    minor: entry.device.minor,
  };
}

function cut(text: string): string {
  return text.slice(0, NAME_FIELD);
}
