/**
 * Files with holes. An archive has only their data, and a map that says where it belongs. Four forms are read, as all tools of this field do:
 *
 *   GNU tar's oldest   type "S"; the map is in the header block and in blocks behind it (tar(5), "GNU tar archives")
 *   PAX 0.0            records GNU.sparse.size, and GNU.sparse.offset and GNU.sparse.numbytes in turn
 *   PAX 0.1            records GNU.sparse.size, GNU.sparse.map ("offset,length,…") and GNU.sparse.name
 *   PAX 1.0            records GNU.sparse.major, .minor, .realsize and .name; the map stands in front of the data, as lines of decimal numbers
 *
 * The last one is written. Pure.
 */

/** A stretch of data. Everything else in the file is zeros. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

/** What is wrong with a map, if anything is: segments that are negative, overlap, are in no order, or lie outside of the file. */
export function mapFault(segments: readonly Segment[], size: number): string | undefined {
  let end = 0;
  for (const { offset, length } of segments) {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) return "a stretch that is none";
    if (offset < end) return "stretches that overlap or are in no order";
    end = offset + length;
    if (end > size) return "a stretch behind the end of the file";
  }
  return undefined;
}

export function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { length }) => sum + length, 0);
}

/** "0,512,1024,512" → segments; undefined for what is no list of pairs. */
export function parseMap(text: string): Segment[] | undefined {
  if (text === "") return [];
  return pairUp(text.split(",").map(wholeNumber));
}

function pairUp(numbers: readonly (number | undefined)[]): Segment[] | undefined {
  if (numbers.length % 2 !== 0) return undefined;
  const segments: Segment[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const [offset, length] = [numbers[i], numbers[i + 1]];
    if (offset === undefined || length === undefined) return undefined;
    segments.push({ offset, length });
  }
  return segments;
}

/** A number of at most 16 digits, or undefined. */
function wholeNumber(text: string): number | undefined {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The map of form 1.0, of which blocks come one after the other. Each number ends with a newline; the first says how many pairs there are. */
export class MapLines {
  readonly #blocks: string[] = [];
  #lines = 0;
  #wanted: number | undefined;

  /** Takes a block as a byte string. Returns the map when it is complete, and "damaged" when it can be none. */
  add(block: string): readonly Segment[] | "more" | "damaged" {
    this.#blocks.push(block);
    this.#lines += block.split("\n").length - 1;
    this.#wanted ??= linesWanted(block);
    if (this.#wanted === undefined) return "damaged";
    if (this.#lines < this.#wanted) return "more";
    const lines = this.#blocks.join("").split("\n").slice(1, this.#wanted);
    return pairUp(lines.map(wholeNumber)) ?? "damaged";
  }
}

/** The number of pairs is the first line, which fits into a block. */
function linesWanted(block: string): number | undefined {
  const count = wholeNumber(block.slice(0, Math.max(0, block.indexOf("\n"))));
  return count === undefined ? undefined : 1 + 2 * count;
}

/**
 * The map in form 1.0, to be padded to whole blocks. If the file of `size` bytes ends with a hole, an empty stretch at its end says so, as GNU
 * tar writes it: it makes a file only as long as its map.
 */
export function encodeMap(data: readonly Segment[], size: number): string {
  const last = data.at(-1);
  const segments = size > (last === undefined ? 0 : last.offset + last.length) ? [...data, { offset: size, length: 0 }] : data;
  return `${segments.length}\n${segments.map(({ offset, length }) => `${offset}\n${length}\n`).join("")}`;
}
