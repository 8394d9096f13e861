/**
 * Where things stand in a JSON text: the places of values, and the place of a fault that JSON.parse only names.
 *
 * It runs when something is to be told about a file, never when all is well.
 */
import { scan, TooDeep, Unexpected } from "./json-scan.ts";

/** Both count from 1; a column is a character (code point), whatever it takes to store it. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a text is not JSON, or no JSON that is read. */
export interface Fault extends Place {
  readonly problem: string;
}

/** Of a value in the text; `end` is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Levels of objects and lists, of which the files of a bundle have about ten: more than these JSON.parse may refuse. */
const MOST_LEVELS = 1000;

/** The first thing in the text that JSON does not allow, or that is nested deeper than anybody reads; or nothing. */
export function findFault(text: string): Fault | undefined {
  try {
    scan(text, {}, MOST_LEVELS);
    return undefined;
  } catch (error) {
    if (error instanceof TooDeep) {
      return { ...new Lines(text).place(error.offset), problem: `nested too deeply: at most ${MOST_LEVELS} levels are read` };
    }
    if (!(error instanceof Unexpected)) throw error;
    const problem = `not valid JSON: expected ${error.expected}, found ${wordAt(text, error.offset)}`;
    return { ...new Lines(text).place(error.offset), problem };
  }
}

function wordAt(text: string, offset: number): string {
  if (offset >= text.length) return "the end of the file";
  if (text[offset] === "\n" || text[offset] === "\r") return "the end of the line";
  const word = /^[\w.+-]{1,24}/.exec(text.slice(offset, offset + 24))?.[0] ?? String.fromCodePoint(text.codePointAt(offset) ?? 0);
  return JSON.stringify(word);
}

/** Calls `visit` for every number of the text, in order, with the keys that lead to it and the digits as they are written. */
export function eachNumber(text: string, visit: (keys: readonly string[], source: string) => void): void {
  const keys: string[] = [];
  let from = 0;
  scan(text, {
    start: (key, at, level) => {
      keys.length = level;
      keys[level] = key;
      from = at;
      return undefined;
    },
    end: (at, level) => {
      if (/[-\d]/.test(text[from] ?? "")) visit(keys.slice(1, level + 1), text.slice(from, at));
      from = text.length; // what ends next is what this value was in
    },
  });
}

/** A value that is asked for, or one with such values in it. */
class Node {
  readonly inner = new Map<string, Node>();
  span: { start: number; end: number } | undefined;

  forget(): void {
    this.span = undefined;
    for (const node of this.inner.values()) node.forget();
  }
}

/** Characters of a text that is gone through to its end, since a key may be there again. */
const LONG = 1 << 20;

/** The places of some values of a text, found by going through it once. */
export class Places {
  readonly #lines: Lines;
  readonly #root = new Node();
  /** Values that were asked for, and have not been found. */
  readonly #missing = new Set<Node>();

  /** The text is JSON. */
  constructor(text: string, pointers: Iterable<string>) {
    this.#lines = new Lines(text);
    for (const pointer of pointers) this.#add(pointer);
    const path: (Node | undefined)[] = [];
    scan(text, {
      start: (key, at, level) => {
        const node = level === 0 ? this.#root : path[level - 1]?.inner.get(key);
        path[level] = node;
        if (node === undefined) return "skip";
        node.forget(); // of doubled keys the last counts, with what is in it
        node.span = { start: at, end: at };
        return node.inner.size === 0 ? "skip" : undefined;
      },
      end: (at, level) => {
        const node = path[level];
        if (node?.span === undefined) return;
        node.span.end = at;
        this.#missing.delete(node);
      },
      isDone: () => this.#missing.size === 0 && text.length > LONG,
    });
  }

  #add(pointer: string): void {
    let node = this.#root;
    for (const key of keysOf(pointer)) {
      const inner = node.inner.get(key) ?? new Node();
      node.inner.set(key, inner);
      node = inner;
    }
    this.#missing.add(node);
  }

  /** undefined if there is no such value, or it was not asked for. */
  span(pointer: string): Span | undefined {
    let node: Node | undefined = this.#root;
    for (const key of keysOf(pointer)) node = node?.inner.get(key);
    return node?.span;
  }

  /** Of a value that is not there: of the nearest one around it. */
  nearestSpan(pointer: string): Span {
    let node: Node | undefined = this.#root;
    let span = node.span ?? { start: 0, end: 0 };
    for (const key of keysOf(pointer)) {
      node = node?.inner.get(key);
      span = node?.span ?? span;
    }
    return span;
  }

  place({ start }: Span): Place {
    return this.#lines.place(start);
  }
}

function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Place of the value that the JSON pointer names, or nothing if there is none. */
export function locate(text: string, pointer: string): Place | undefined {
  const places = new Places(text, [pointer]);
  const span = places.span(pointer);
  return span && places.place(span);
}

/** Offsets in a text as lines and columns. */
class Lines {
  readonly #text: string;
  readonly #starts: readonly number[];
  /** All characters are of one code unit. */
  readonly #isPlain: boolean;

  constructor(text: string) {
    const starts = [text.startsWith("\uFEFF") ? 1 : 0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#text = text;
    this.#starts = starts;
    this.#isPlain = !/[\ud800-\udfff]/.test(text);
  }

  place(offset: number): Place {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    const start = this.#starts[low] ?? 0;
    const pairs = this.#isPlain ? 0 : (this.#text.slice(start, offset).match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
    return { line: low + 1, column: Math.max(0, offset - start) - pairs + 1 };
  }
}
