/**
 * Positions in a JSON text: of values, and of a syntax error that JSON.parse only names.
 *
 * Only needed to report something about a file, never for a valid one.
 */
import { scan, TooDeep, Unexpected } from "./json-scan.ts";

/** Both count from 1; a column is a character (code point), however many bytes it takes. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a text is not JSON, or is JSON that lamina does not read. */
export interface Fault extends Place {
  readonly problem: string;
}

/** Of a value in the text; `end` is just after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Levels of objects and lists; a bundle's files have about ten. JSON.parse may refuse more than this. */
const MOST_LEVELS = 1000;

/** The first syntax error or excess nesting in the text, or nothing. */
export function findFault(text: string): Fault | undefined {
  try {
    scan(text, {}, MOST_LEVELS);
    return undefined;
  } catch (error) {
    if (error instanceof TooDeep) {
      return { ...new Lines(text).place(error.offset), problem: `nested too deeply: more than ${MOST_LEVELS} levels` };
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

/** Calls `visit` for every number in the text, in order, with the keys that lead to it and its digits as written. */
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
      from = text.length; // the next value to end is the one around this
    },
  });
}

/** A requested value, or one that contains requested values. */
class Node {
  readonly inner = new Map<string, Node>();
  span: { start: number; end: number } | undefined;

  forget(): void {
    this.span = undefined;
    for (const node of this.inner.values()) node.forget();
  }
}

/** Texts up to this length are scanned to the end, since a key may occur again. */
const LONG = 1 << 20;

/** The places of some values of a text, found in one pass. */
export class Places {
  readonly #lines: Lines;
  readonly #root = new Node();
  /** Requested values not found yet. */
  readonly #missing = new Set<Node>();

  /** The text must be JSON. */
  constructor(text: string, pointers: Iterable<string>) {
    this.#lines = new Lines(text);
    for (const pointer of pointers) this.#add(pointer);
    const path: (Node | undefined)[] = [];
    scan(text, {
      start: (key, at, level) => {
        const node = level === 0 ? this.#root : path[level - 1]?.inner.get(key);
        path[level] = node;
        if (node === undefined) return "skip";
        node.forget(); // of duplicate keys the last one counts, with its content
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

  /** Undefined if there is no such value, or it was not requested. */
  span(pointer: string): Span | undefined {
    let node: Node | undefined = this.#root;
    for (const key of keysOf(pointer)) node = node?.inner.get(key);
    return node?.span;
  }

  /** For a value that does not exist: the nearest enclosing one. */
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

/** Place of the value that the JSON pointer names, or undefined. */
export function locate(text: string, pointer: string): Place | undefined {
  const places = new Places(text, [pointer]);
  const span = places.span(pointer);
  return span && places.place(span);
}

/** Converts offsets in a text to lines and columns. */
class Lines {
  readonly #text: string;
  readonly #starts: readonly number[];
  /** Every character is a single code unit. */
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
