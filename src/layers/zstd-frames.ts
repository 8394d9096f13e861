/**
 * Follows the frames of zstd data without uncompressing them, to know whether the data ends where one does: decompressors pass over an end in
 * the middle of a frame in silence. (RFC 8878, Zstandard Frames, Skippable Frames.) Pure.
 */

type Next = "magic" | "skippable size" | "descriptor" | "header" | "block" | "content" | "foreign";

const LENGTHS = { magic: 4, "skippable size": 4, descriptor: 1, block: 3 } as const;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** Of the frame header's dictionary id and content size, by the bits of its descriptor. */
const DICTIONARY = [0, 1, 2, 4] as const;
const CONTENT_SIZE = [0, 2, 4, 8] as const;
const RLE = 1;

export class ZstdFrames {
  #next: Next = "magic";
  /** Bytes of the present field that have not come yet, and those that have as a number. */
  #wanted: number = LENGTHS.magic;
  #value = 0;
  #shift = 0;
  #checksum = 0;
  #isLast = false;

  /** Whether everything so far is whole frames, or has something else behind them. */
  get isComplete(): boolean {
    return this.#next === "foreign" || (this.#next === "magic" && this.#wanted === LENGTHS.magic);
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.#next !== "foreign"; ) {
      if (this.#next === "content" || this.#next === "header") {
        const size = Math.min(this.#wanted, bytes.length - at);
        this.#wanted -= size;
        at += size;
      } else {
        this.#value += (bytes[at] ?? 0) * 2 ** this.#shift;
        this.#shift += 8;
        this.#wanted--;
        at++;
      }
      while (this.#wanted === 0) this.#advance(this.#value);
    }
  }

  #expect(next: Next, wanted: number): void {
    this.#next = next;
    this.#wanted = wanted;
    this.#value = 0;
    this.#shift = 0;
  }

  /** The present field is over. */
  #advance(value: number): void {
    switch (this.#next) {
      case "magic":
        if (value === MAGIC) this.#expect("descriptor", LENGTHS.descriptor);
        else if (value - (value % 16) === SKIPPABLE) this.#expect("skippable size", LENGTHS["skippable size"]);
        else this.#expect("foreign", 1);
        return;
      case "skippable size":
        this.#isLast = true;
        this.#checksum = 0;
        this.#expect("content", value);
        return;
      case "descriptor":
        this.#describe(value);
        return;
      case "header":
        this.#expect("block", LENGTHS.block);
        return;
      case "block": {
        this.#isLast = (value & 1) === 1;
        const isRle = ((value >> 1) & 3) === RLE;
        this.#expect("content", (isRle ? 1 : value >> 3) + (this.#isLast ? this.#checksum : 0));
        return;
      }
      case "content":
        if (this.#isLast) this.#expect("magic", LENGTHS.magic);
        else this.#expect("block", LENGTHS.block);
        return;
      case "foreign":
        return;
      default:
        this.#next satisfies never;
    }
  }

  #describe(descriptor: number): void {
    const isSingle = (descriptor & 0x20) !== 0;
    const size = descriptor >> 6;
    const contentSize = isSingle && size === 0 ? 1 : (CONTENT_SIZE[size] ?? 0);
    this.#checksum = (descriptor & 4) !== 0 ? 4 : 0;
    this.#expect("header", (isSingle ? 0 : 1) + (DICTIONARY[descriptor & 3] ?? 0) + contentSize);
  }
}
