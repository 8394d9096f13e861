/**
 * Reads a tar from chunks of any size: ustar, star, PAX, GNU's long names, numbers and sparse files. Everything between two chunks happens
 * without a promise, since an image has tens of thousands of entries. It knows no file system: names are checked for length only.
 */
import { concat, latin1, sumBytes } from "../base/bytes.ts";
import { combine, xattrsIn } from "./combine.ts";
import { damaged, dataSize, type TarEntry } from "./entry.ts";
import { BLOCK, decodeHeader, type HeaderBlock, isZeroBlock } from "./header.ts";
import { DEFAULT_LIMITS, pathExcess, type TarLimits, TarTotals, targetExcess } from "./limits.ts";
import { MapReader } from "./map-reader.ts";
import { decodePax, type PaxRecords } from "./pax.ts";
import type { Segment } from "./sparse.ts";

/** Told in the order of the archive. Bytes are views of the caller's chunks: valid until the call returns. */
export interface TarSink {
  entry(entry: TarEntry): void;
  /** A piece of the content of the last entry. */
  content(bytes: Uint8Array): void;
  /** The content that follows belongs there: before each stretch of data of a sparse file. */
  stretch?(segment: Segment): void;
  /** After the last piece. */
  entryEnd(): void;
  /** All that is no content: headers, maps of sparse files, padding, the end. */
  literal?(bytes: Uint8Array): void;
}

type Next = "header" | "extension" | "map" | "content" | "skipped" | "padding" | "rest";

export class TarReader {
  readonly #sink: TarSink;
  readonly #limits: TarLimits;
  readonly #totals: TarTotals;
  #next: Next = "header";
  /** Bytes that the present state still wants. */
  #wanted = BLOCK;
  #position = 0;
  /** A block or extension that did not come in one chunk. */
  #parts: Uint8Array[] = [];
  #extension: HeaderBlock | undefined;
  readonly #global: PaxRecords = new Map();
  #globalXattrs: ReadonlyMap<string, string> = new Map();
  #globalBytes = 0;
  #local: PaxRecords = new Map();
  #longName: string | undefined;
  #longLink: string | undefined;
  /** Of the sparse file that is being read. */
  #map: MapReader | undefined;
  #stretches: readonly Segment[] = [];
  #stretch = 0;
  #stretchLeft = Number.POSITIVE_INFINITY;
  #padding = 0;
  #hasZeroBlock = false;

  constructor(sink: TarSink, limits: Partial<TarLimits> = {}) {
    this.#sink = sink;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#totals = new TarTotals(this.#limits);
  }

  get entries(): number {
    return this.#totals.entries;
  }

  /** How much of the archive has been used. When the sink hears of an entry, its data is there. */
  get position(): number {
    return this.#position;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) at += this.#take(chunk, at);
  }

  /** For who can get at any place of the archive: ends the present content, of which so many bytes are not to be pushed. */
  passOver(): number {
    const length = this.#next === "content" ? this.#wanted : 0;
    if (length > 0) {
      this.#position += length;
      this.#finish();
    }
    return length;
  }

  /** The archive is over. Throws if it should not be. Nothing at all is an archive without entries, and the last padding may be missing. */
  end(): void {
    if (this.#next === "rest" || this.#next === "padding") return;
    const isBetween = this.#next === "header" && this.#parts.every((part) => part.every((byte) => byte === 0));
    const isClean = isBetween && this.#local.size === 0 && this.#longName === undefined && this.#longLink === undefined;
    if (!isClean) throw damaged("it ends too early");
    for (const part of this.#parts) this.#sink.literal?.(part); // of a last block that is not whole
  }

  /** Number of bytes used, at least one. */
  #take(chunk: Uint8Array, at: number): number {
    if (this.#next === "content" && this.#stretchLeft === 0) this.#beginStretch();
    const size = Math.min(this.#wanted, this.#stretchLeft, chunk.length - at);
    this.#position += size;
    switch (this.#next) {
      case "header":
        if (this.#parts.length === 0 && size === BLOCK) this.#header(chunk, at);
        else this.#collect(chunk, at, size);
        break;
      case "extension":
      case "map":
        this.#collect(chunk, at, size);
        break;
      case "content":
        this.#content(chunk.subarray(at, at + size));
        break;
      case "rest":
        this.#rest(chunk.subarray(at, at + size));
        break;
      case "skipped":
      case "padding":
        this.#sink.literal?.(chunk.subarray(at, at + size));
        this.#wanted -= size;
        if (this.#wanted === 0) this.#expect("header", BLOCK);
        break;
      default:
        this.#next satisfies never;
    }
    return size;
  }

  /** Archives are padded with zeros, to whatever size: they are as harmless as those in files, and count as such. */
  #rest(bytes: Uint8Array): void {
    this.#sink.literal?.(bytes);
    if (sumBytes(bytes) === 0) {
      const excess = this.#totals.addBytes(bytes.length);
      if (excess !== undefined) throw damaged(excess);
      return;
    }
    this.#wanted -= bytes.length;
    if (this.#wanted === 0) throw damaged(`more than ${this.#limits.restBytes} bytes behind its end`);
  }

  #expect(next: Next, wanted: number): void {
    this.#next = next;
    this.#wanted = wanted;
  }

  #collect(chunk: Uint8Array, at: number, size: number): void {
    this.#parts.push(chunk.slice(at, at + size)); // a copy: the chunk is the caller's
    this.#wanted -= size;
    if (this.#wanted > 0) return;
    const whole = concat(this.#parts);
    this.#parts = [];
    if (this.#next === "header") this.#header(whole, 0);
    else if (this.#next === "extension") this.#extend(whole);
    else this.#extendMap(whole);
  }

  #header(data: Uint8Array, at: number): void {
    this.#sink.literal?.(data.subarray(at, at + BLOCK));
    if (isZeroBlock(data, at)) {
      if (this.#hasZeroBlock) this.#expect("rest", this.#limits.restBytes + 1);
      else this.#expect("header", BLOCK);
      this.#hasZeroBlock = true;
      return;
    }
    if (this.#hasZeroBlock) throw damaged("a header follows a block of zeros");
    const header = decodeHeader(data, at);
    if ("xXgLK".includes(header.type)) this.#beginExtension(header);
    else if (header.type === "V") this.#skipLabel(header);
    else this.#begin(header, data, at);
  }

  #beginExtension(header: HeaderBlock): void {
    if (header.size < 0 || header.size > this.#limits.headerBytes) {
      throw damaged(`an extended header of ${header.size} bytes; at most ${this.#limits.headerBytes} are accepted`);
    }
    this.#extension = header;
    this.#expect("extension", paddedSize(header.size));
    if (this.#wanted === 0) this.#extend(new Uint8Array(0));
  }

  #extend(padded: Uint8Array): void {
    const { type = "", size = 0 } = this.#extension ?? {};
    const data = padded.subarray(0, size);
    if (padded.length > 0) this.#sink.literal?.(padded);
    if (type === "L") this.#longName = this.#longText(data);
    else if (type === "K") this.#longLink = this.#longText(data);
    else if (type === "g") this.#extendAll(data);
    else this.#local = decodePax(data);
    this.#expect("header", BLOCK);
  }

  #extendAll(data: Uint8Array): void {
    this.#globalBytes += data.length;
    if (this.#globalBytes > this.#limits.headerBytes) throw damaged("its global headers are too large");
    for (const [key, value] of decodePax(data)) this.#global.set(key, value);
    this.#globalXattrs = xattrsIn(this.#global);
  }

  #longText(data: Uint8Array): string {
    const end = data.indexOf(0);
    return latin1(data, 0, end < 0 ? data.length : end);
  }

  /** A volume's label, which GNU tar puts first, is no file. */
  #skipLabel(header: HeaderBlock): void {
    if (header.size !== 0) throw damaged("a volume label with content");
  }

  #begin(header: HeaderBlock, data: Uint8Array, at: number): void {
    const draft = combine(header, {
      global: this.#global,
      globalXattrs: this.#globalXattrs,
      local: this.#local,
      longName: this.#longName,
      longLink: this.#longLink,
    });
    if (this.#local.size > 0) this.#local = new Map();
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#map = draft.sparse && new MapReader(draft.entry, draft.sparse, this.#limits.headerBytes);
    this.#tellOrGoOn(this.#map === undefined ? draft.entry : this.#map.begin(data, at), draft.skipped);
  }

  #extendMap(block: Uint8Array): void {
    this.#sink.literal?.(block);
    this.#tellOrGoOn(this.#map?.add(block), 0);
  }

  /** Without an entry, the map needs another block. */
  #tellOrGoOn(entry: TarEntry | undefined, skipped: number): void {
    if (entry === undefined) this.#expect("map", BLOCK);
    else this.#tell(entry, skipped);
  }

  #tell(entry: TarEntry, skipped: number): void {
    const data = dataSize(entry);
    const isLink = entry.kind === "symlink";
    const excess =
      this.#totals.add(data) ??
      pathExcess(entry.name, this.#limits) ??
      (isLink ? targetExcess(entry.linkName, this.#limits) : pathExcess(entry.linkName, this.#limits));
    if (excess !== undefined) throw damaged(excess, entry.name);
    this.#stretches = entry.sparse ?? [];
    this.#stretch = 0;
    this.#stretchLeft = entry.sparse === undefined ? Number.POSITIVE_INFINITY : 0;
    this.#sink.entry(entry);
    this.#padding = paddedSize(data) - data;
    if (data > 0) this.#expect("content", data);
    else this.#finish();
    if (skipped > 0) this.#expect("skipped", paddedSize(skipped));
  }

  /** What belongs to one stretch. */
  #content(bytes: Uint8Array): void {
    this.#sink.content(bytes);
    this.#wanted -= bytes.length;
    this.#stretchLeft -= bytes.length;
    if (this.#wanted === 0) this.#finish();
  }

  #beginStretch(): void {
    const stretch = this.#stretches[this.#stretch++];
    if (stretch === undefined) throw new Error("more data than the map has");
    this.#stretchLeft = stretch.length;
    this.#sink.stretch?.(stretch);
  }

  #finish(): void {
    this.#stretchLeft = Number.POSITIVE_INFINITY;
    this.#sink.entryEnd();
    if (this.#padding > 0) this.#expect("padding", this.#padding);
    else this.#expect("header", BLOCK);
  }
}

function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
