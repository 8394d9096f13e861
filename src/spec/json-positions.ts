/**
 * Where things stand in a JSON text: the place of a value, and the place of a fault that JSON.parse only names.
 *
 * A scanner that builds no values. It runs when something is to be told about a file, never when all is well.
 */

/** Both count from 1; a column is a character (code point), whatever it takes to store it. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a text is not JSON. */
export interface Fault extends Place {
  readonly expected: string;
  readonly found: string;
}

/** Place of the value that the JSON pointer names, or nothing if there is none. Of doubled keys the last counts, as in JSON.parse. */
export function locate(text: string, pointer: string): Place | undefined {
  if (latest?.text !== text) latest = indexValues(text);
  const offset = latest.offsets.get(pointer);
  return offset === undefined ? undefined : placeInLines(text, latest.lines, offset);
}

/** The value as it is written in the text. */
export function sourceOf(text: string, pointer: string): string | undefined {
  const span = find(text, pointer);
  return span === undefined ? undefined : text.slice(span.start, span.end);
}

/** The first thing in the text that JSON does not allow, or nothing. */
export function findFault(text: string): Fault | undefined {
  try {
    const end = skipSpace(text, scanValue(text, start(text)));
    if (end < text.length) throw new Unexpected(end, "the end of the file");
    return undefined;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    return { ...placeOf(text, error.offset), expected: error.expected, found: wordAt(text, error.offset) };
  }
}

/** Calls `visit` for every number of the text, in order, with the keys that lead to it and the digits as they are written. */
export function eachNumber(text: string, visit: (keys: readonly string[], source: string) => void): void {
  walk(text, start(text), [], visit);
}

class Unexpected extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(`${offset}: expected ${expected}`);
    this.offset = offset;
    this.expected = expected;
  }
}

type Visit = (key: string, start: number, end: number) => void;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function walk(text: string, at: number, keys: readonly string[], visit: (keys: readonly string[], source: string) => void): void {
  const opening = text[at];
  if (opening === "{" || opening === "[") scanContainer(text, at, (key, from) => walk(text, from, [...keys, key], visit));
  else if (opening !== '"' && matchEnd(LITERAL, text, at) === -1) visit(keys, text.slice(at, matchEnd(NUMBER, text, at)));
}

function find(text: string, pointer: string): { readonly start: number; readonly end: number } | undefined {
  let at = start(text);
  for (const segment of pointer.split("/").slice(1)) {
    if (text[at] !== "{" && text[at] !== "[") return undefined;
    const wanted = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    let found = -1;
    scanContainer(text, at, (key, from) => {
      if (key === wanted) found = from;
    });
    if (found === -1) return undefined;
    at = found;
  }
  return { start: at, end: scanValue(text, at) };
}

/** Where all values of one text start, by pointer, and its lines. */
interface Index {
  readonly text: string;
  readonly offsets: ReadonlyMap<string, number>;
  readonly lines: readonly number[];
}

/** Who asks for one place in a text asks for thousands. */
let latest: Index | undefined;

function indexValues(text: string): Index {
  const offsets = new Map<string, number>();
  indexValue(text, start(text), "", offsets);
  const lines = [text.startsWith("\uFEFF") ? 1 : 0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  return { text, offsets, lines };
}

function indexValue(text: string, at: number, pointer: string, offsets: Map<string, number>): void {
  if (offsets.has(pointer)) forgetBelow(pointer, offsets);
  offsets.set(pointer, at);
  if (text[at] !== "{" && text[at] !== "[") return;
  scanContainer(text, at, (key, from) => {
    indexValue(text, from, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, offsets);
  });
}

/** Of doubled keys the last counts, with what is in it. */
function forgetBelow(pointer: string, offsets: Map<string, number>): void {
  for (const known of offsets.keys()) if (known.startsWith(`${pointer}/`)) offsets.delete(known);
}

function placeInLines(text: string, lines: readonly number[], offset: number): Place {
  let [low, high] = [0, lines.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: [...text.slice(lines[low], offset)].length + 1 };
}

/** Offset of the first value: after a byte order mark and white space. */
function start(text: string): number {
  return skipSpace(text, text.startsWith("\uFEFF") ? 1 : 0);
}

function placeOf(text: string, offset: number): Place {
  const before = text.slice(text.startsWith("\uFEFF") ? 1 : 0, offset);
  const lines = before.split("\n");
  return { line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
}

function wordAt(text: string, offset: number): string {
  if (offset >= text.length) return "the end of the file";
  if (text[offset] === "\n" || text[offset] === "\r") return "the end of the line";
  const word = /^[\w.+-]{1,24}/.exec(text.slice(offset, offset + 24))?.[0] ?? String.fromCodePoint(text.codePointAt(offset) ?? 0);
  return JSON.stringify(word);
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function skipSpace(text: string, at: number): number {
  return matchEnd(SPACE, text, at);
}

/** Returns the offset behind the value that starts at `at`. */
function scanValue(text: string, at: number): number {
  switch (text[at]) {
    case "{":
    case "[":
      return scanContainer(text, at);
    case '"':
      return scanString(text, at);
    default: {
      const end = Math.max(matchEnd(LITERAL, text, at), matchEnd(NUMBER, text, at));
      if (end === -1) throw new Unexpected(at, "a value");
      return end;
    }
  }
}

function scanString(text: string, at: number): number {
  if (text[at] !== '"') throw new Unexpected(at, "a property name in double quotes");
  for (let next = at + 1; ; ) {
    const character = text[next];
    if (character === '"') return next + 1;
    if (character === undefined || character < " ") throw new Unexpected(next, 'a closing " or an escape');
    const end = character === "\\" ? matchEnd(ESCAPE, text, next) : next + 1;
    if (end === -1) throw new Unexpected(next, "an escape that JSON knows");
    next = end;
  }
}

/** Scans an object or array; `visit` gets each key or index, and where its value starts and ends. */
function scanContainer(text: string, at: number, visit?: Visit): number {
  const isObject = text[at] === "{";
  const closing = isObject ? "}" : "]";
  let next = skipSpace(text, at + 1);
  if (text[next] === closing) return next + 1;
  for (let index = 0; ; index++) {
    let key = String(index);
    if (isObject) {
      const end = scanString(text, next);
      key = String(JSON.parse(text.slice(next, end)));
      next = skipSpace(text, end);
      if (text[next] !== ":") throw new Unexpected(next, '":"');
      next = skipSpace(text, next + 1);
    }
    const end = scanValue(text, next);
    visit?.(key, next, end);
    next = skipSpace(text, end);
    if (text[next] === closing) return next + 1;
    if (text[next] !== ",") throw new Unexpected(next, `"," or "${closing}"`);
    next = skipSpace(text, next + 1);
  }
}
