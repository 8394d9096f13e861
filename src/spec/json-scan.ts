/**
 * Walks a JSON text and reports where each value starts and ends. It builds no values and does not recurse: whoever wrote the
 * text decides how deeply it is nested. Pure.
 */

export interface Visitor {
  /**
   * A value, and its key or index in the object or list around it; "" for the outermost one, whose level is 0. "skip" skips its
   * content, quickly and unchecked: for texts that are known to be JSON.
   */
  readonly start?: (key: string, at: number, level: number) => "skip" | undefined;
  /** A value ends before `at`. */
  readonly end?: (at: number, level: number) => void;
  /** Asked after each value: true if the rest of the text does not matter. */
  readonly isDone?: () => boolean;
}

/** What is at `offset` is not valid JSON there. */
export class Unexpected extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(`${offset}: expected ${expected}`);
    this.offset = offset;
    this.expected = expected;
  }
}

/** The text is JSON up to `offset`, where nesting gets too deep. */
export class TooDeep extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super(`${offset}: nested too deeply`);
    this.offset = offset;
  }
}

/** Throws Unexpected, or TooDeep if objects and lists are nested more than `mostLevels` deep. */
export function scan(text: string, visitor: Visitor, mostLevels: number = Number.POSITIVE_INFINITY): void {
  const scanner = new Scanner(text, mostLevels);
  for (let key: string | undefined = ""; key !== undefined; ) {
    if (visitor.start?.(key, scanner.at, scanner.level) === "skip") scanner.skip();
    else if (scanner.opens()) {
      key = scanner.takeKey();
      continue;
    }
    visitor.end?.(scanner.at, scanner.level);
    if (visitor.isDone?.()) return;
    while (scanner.closes()) visitor.end?.(scanner.at, scanner.level);
    key = scanner.level === 0 ? undefined : scanner.takeNext();
  }
  if (scanner.at < text.length) throw new Unexpected(scanner.at, "the end of the file");
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
/** Everything but control characters, quotes and backslashes. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** Everything up to the next bracket that is not in a string. */
const UP_TO_BRACKET = /[^"[\]{}]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^"[\]{}]*)*/y;

class Scanner {
  readonly #text: string;
  readonly #mostLevels: number;
  /** The enclosing objects and lists, outermost first: the closing bracket of each, and the index of the current item. */
  readonly #levels: { readonly closing: "}" | "]"; index: number }[] = [];
  at: number;

  /** Starts at the first value: after a byte order mark and white space. */
  constructor(text: string, mostLevels: number) {
    this.#text = text;
    this.#mostLevels = mostLevels;
    this.at = text.startsWith("\uFEFF") ? 1 : 0;
    this.#skipSpace();
  }

  get level(): number {
    return this.#levels.length;
  }

  /** Skips a value. */
  skip(): void {
    for (let depth = 0; ; ) {
      const character = this.#text[this.at];
      if (character === "{" || character === "[") depth++;
      else if (character === "}" || character === "]") depth--;
      else if (depth === 0) {
        this.#passScalar();
        return;
      }
      if (depth === 0 || character === undefined) break;
      this.at = this.#endOf(UP_TO_BRACKET, this.at + 1);
    }
    this.at++;
  }

  /** True in an object or list that is not empty; false after any other value. */
  opens(): boolean {
    const opening = this.#text[this.at];
    if (opening !== "{" && opening !== "[") {
      this.#passScalar();
      return false;
    }
    if (this.level >= this.#mostLevels) throw new TooDeep(this.at);
    const closing = opening === "{" ? "}" : "]";
    this.at++;
    this.#skipSpace();
    if (this.#text[this.at] === closing) {
      this.at++;
      if (this.level === 0) this.#skipSpace();
      return false;
    }
    this.#levels.push({ closing, index: 0 });
    return true;
  }

  /** True if the enclosing object or list ends here; then the position is after it. */
  closes(): boolean {
    const level = this.#levels.at(-1);
    this.#skipSpace();
    if (level === undefined || this.#text[this.at] !== level.closing) return false;
    this.#levels.pop();
    this.at++;
    return true;
  }

  /** Advances to the next value; returns its key or index. */
  takeNext(): string {
    const level = this.#levels.at(-1);
    if (level === undefined || this.#text[this.at] !== ",") throw new Unexpected(this.at, `"," or "${level?.closing}"`);
    this.at++;
    level.index++;
    this.#skipSpace();
    return this.takeKey();
  }

  takeKey(): string {
    const level = this.#levels.at(-1);
    if (level?.closing !== "}") return String(level?.index);
    const from = this.at;
    this.#passString("a property name in double quotes");
    const source = this.#text.slice(from, this.at);
    this.#skipSpace();
    if (this.#text[this.at] !== ":") throw new Unexpected(this.at, '":"');
    this.at++;
    this.#skipSpace();
    return source.includes("\\") ? String(JSON.parse(source)) : source.slice(1, -1);
  }

  #passScalar(): void {
    if (this.#text[this.at] === '"') {
      this.#passString("a value");
      return;
    }
    const end = Math.max(this.#endOf(LITERAL), this.#endOf(NUMBER));
    if (end === -1) throw new Unexpected(this.at, "a value");
    this.at = end;
  }

  #passString(expected: string): void {
    if (this.#text[this.at] !== '"') throw new Unexpected(this.at, expected);
    this.at++;
    for (;;) {
      this.at = this.#endOf(PLAIN);
      const character = this.#text[this.at];
      if (character === '"') break;
      if (character !== "\\") throw new Unexpected(this.at, 'a closing " or an escape');
      const end = this.#endOf(ESCAPE);
      if (end === -1) throw new Unexpected(this.at, "a JSON escape");
      this.at = end;
    }
    this.at++;
  }

  #skipSpace(): void {
    this.at = this.#endOf(SPACE);
  }

  #endOf(pattern: RegExp, from = this.at): number {
    pattern.lastIndex = from;
    return pattern.test(this.#text) ? pattern.lastIndex : -1;
  }
}
