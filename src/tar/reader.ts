/**
 * Reads a tar from chunks of any size: ustar, PAX, GNU long names and numbers. Everything between two chunks happens without a promise, since
 * an image has tens of thousands of entries. It knows no file system: names are checked for length only.
 */
import { combine } from "./combine.ts";
import { DEFAULT_LIMITS, damaged, requireWithinLimits, type TarEntry, type TarLimits } from "./entry.ts";
import { BLOCK, decodeHeader, type HeaderBlock, isZeroBlock } from "./header.ts";
import { decodePax, type PaxRecords } from "./pax.ts";

/** Told in the order of the archive. Bytes are views of the caller's chunks: valid until the call returns. */
export interface TarSink {
  entry(entry: TarEntry): void;
  /** A piece of the content of the last entry. */
  content(bytes: Uint8Array): void;
  /** After the last piece. */
  entryEnd(): void;
  /** All that is no content: headers, padding, the end. */
  literal?(bytes: Uint8Array): void;
}

type Next = "header" | "extension" | "content" | "padding" | "rest";

export class TarReader {
  readonly #sink: TarSink;
  readonly #limits: TarLimits;
  #next: Next = "header";
  /** Bytes that the present state still wants. */
  #wanted = BLOCK;
  /** A header or extension that did not come in one chunk. */
  #parts: Buffer[] = [];
  #extension: HeaderBlock | undefined;
  readonly #global: PaxRecords = new Map();
  #globalBytes = 0;
  #local: PaxRecords = new Map();
  #longName: string | undefined;
  #longLink: string | undefined;
  #padding = 0;
  #entries = 0;
  #bytes = 0;
  #hasZeroBlock = false;

  constructor(sink: TarSink, limits: Partial<TarLimits> = {}) {
    this.#sink = sink;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  get entries(): number {
    return this.#entries;
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < chunk.length; ) at += this.#take(chunk, at);
  }

  /** The archive is over. Throws if it should not be. */
  end(): void {
    if (this.#next === "rest") return;
    const isBetween = this.#next === "header" && this.#parts.length === 0 && (this.#entries > 0 || this.#hasZeroBlock);
    const isClean = isBetween && this.#local.size === 0 && this.#longName === undefined && this.#longLink === undefined;
    if (!isClean) throw damaged("it ends too early");
  }

  /** Number of bytes used, at least one. */
  #take(chunk: Buffer, at: number): number {
    const size = Math.min(this.#wanted, chunk.length - at);
    switch (this.#next) {
      case "header":
        if (this.#parts.length === 0 && size === BLOCK) this.#header(chunk, at);
        else this.#collect(chunk, at, size);
        return size;
      case "extension":
        this.#collect(chunk, at, size);
        return size;
      case "content":
        this.#content(chunk.subarray(at, at + size));
        return size;
      case "padding":
        this.#sink.literal?.(chunk.subarray(at, at + size));
        this.#wanted -= size;
        if (this.#wanted === 0) this.#expect("header", BLOCK);
        return size;
      case "rest":
        this.#sink.literal?.(chunk.subarray(at));
        return chunk.length - at;
      default:
        return this.#next satisfies never;
    }
  }

  #expect(next: Next, wanted: number): void {
    this.#next = next;
    this.#wanted = wanted;
  }

  #collect(chunk: Buffer, at: number, size: number): void {
    this.#parts.push(Buffer.from(chunk.subarray(at, at + size))); // a copy: the chunk is the caller's
    this.#wanted -= size;
    if (this.#wanted > 0) return;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    if (this.#next === "header") this.#header(whole, 0);
    else this.#extend(whole);
  }

  #header(data: Buffer, at: number): void {
    this.#sink.literal?.(data.subarray(at, at + BLOCK));
    if (isZeroBlock(data, at)) {
      this.#expect(this.#hasZeroBlock ? "rest" : "header", BLOCK);
      this.#hasZeroBlock = true;
      return;
    }
    if (this.#hasZeroBlock) throw damaged("a header follows a block of zeros");
    const header = decodeHeader(data, at);
    if ("xXgLK".includes(header.type)) this.#beginExtension(header);
    else if (header.type === "V") this.#skipLabel(header);
    else this.#begin(header);
  }

  #beginExtension(header: HeaderBlock): void {
    if (header.size < 0 || header.size > this.#limits.headerBytes) {
      throw damaged(`an extended header of ${header.size} bytes; at most ${this.#limits.headerBytes} are accepted`);
    }
    this.#extension = header;
    this.#expect("extension", paddedSize(header.size));
    if (this.#wanted === 0) this.#extend(Buffer.alloc(0));
  }

  #extend(padded: Buffer): void {
    const { type = "", size = 0 } = this.#extension ?? {};
    const data = padded.subarray(0, size);
    if (padded.length > 0) this.#sink.literal?.(padded);
    if (type === "L") this.#longName = this.#longText(data);
    else if (type === "K") this.#longLink = this.#longText(data);
    else if (type === "g") this.#extendAll(data);
    else this.#local = decodePax(data);
    this.#expect("header", BLOCK);
  }

  #extendAll(data: Buffer): void {
    this.#globalBytes += data.length;
    if (this.#globalBytes > this.#limits.headerBytes) throw damaged("its global headers are too large");
    for (const [key, value] of decodePax(data)) this.#global.set(key, value);
  }

  #longText(data: Buffer): string {
    const end = data.indexOf(0);
    return data.toString("latin1", 0, end < 0 ? data.length : end);
  }

  /** A volume's label, which GNU tar puts first, is no file. */
  #skipLabel(header: HeaderBlock): void {
    if (header.size !== 0) throw damaged("a volume label with content");
  }

  #begin(header: HeaderBlock): void {
    const entry = combine(header, { global: this.#global, local: this.#local, longName: this.#longName, longLink: this.#longLink });
    this.#local = new Map();
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#count(entry);
    this.#sink.entry(entry);
    this.#padding = paddedSize(entry.size) - entry.size;
    if (entry.size > 0) this.#expect("content", entry.size);
    else this.#finish();
  }

  #count(entry: TarEntry): void {
    const limits = this.#limits;
    this.#entries++;
    this.#bytes += entry.size;
    if (this.#entries > limits.entries) throw damaged(`more than ${limits.entries} entries`, entry.name);
    if (this.#bytes > limits.bytes) throw damaged(`with it the archive has more than ${limits.bytes} bytes of files`, entry.name);
    requireWithinLimits(entry.name, entry.name, limits);
    if (entry.linkName !== "") requireWithinLimits(entry.name, entry.linkName, limits);
  }

  #content(bytes: Buffer): void {
    this.#sink.content(bytes);
    this.#wanted -= bytes.length;
    if (this.#wanted === 0) this.#finish();
  }

  #finish(): void {
    this.#sink.entryEnd();
    if (this.#padding > 0) this.#expect("padding", this.#padding);
    else this.#expect("header", BLOCK);
  }
}

function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
