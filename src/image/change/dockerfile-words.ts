/**
 * Words of a Dockerfile: quotes, backslashes and variables (Dockerfile reference, Environment replacement). Single quotes keep everything as it is,
 * double quotes keep all but variables and what a backslash takes its meaning from. Pure.
 */

/** Quotes and backslashes stay in the words; blanks within quotes, and those behind a backslash, divide nothing. */
export function parseWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const escaped = char === "\\" && quote !== "'" ? (text[i + 1] ?? "") : undefined;
    if (escaped === "") break; // a backslash at the end is none
    word = `${word ?? ""}${char}${escaped ?? ""}`;
    if (escaped !== undefined) i++;
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = "";
  }
  return word === undefined ? words : [...words, word];
}

/** The variables that are set. */
export type Variables = ReadonlyMap<string, string>;

/** `NAME=value`, as an image's Env has them. */
export function variablesIn(env: readonly string[]): Variables {
  return new Map(
    env.map((one) => {
      const equals = one.indexOf("=");
      return equals < 0 ? ([one, ""] as const) : ([one.slice(0, equals), one.slice(equals + 1)] as const);
    }),
  );
}

/** What a word means. Throws an `Error` that says what is wrong with it. */
export function expandWord(text: string, variables: Variables): string {
  const scanner = new Scanner(text, variables);
  return scanner.read("");
}

class Scanner {
  readonly #text: string;
  readonly #variables: Variables;
  #at = 0;

  constructor(text: string, variables: Variables) {
    this.#text = text;
    this.#variables = variables;
  }

  /** Up to `end`, or to the end of the text for "". */
  read(end: "" | "}"): string {
    let result = "";
    for (let char = this.#next(); char !== ""; char = this.#next()) {
      if (char === end) return result;
      if (char === "'") result += this.#singleQuoted();
      else if (char === '"') result += this.#doubleQuoted();
      else if (char === "$") result += this.#variable();
      else result += char === "\\" ? this.#next() : char;
    }
    if (end !== "") throw new Error(`"${end}" is missing`);
    return result;
  }

  #next(): string {
    return this.#text[this.#at++] ?? "";
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end < 0) throw new Error("a single quote has no end");
    const quoted = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return quoted;
  }

  #doubleQuoted(): string {
    let result = "";
    for (let char = this.#next(); char !== '"'; char = this.#next()) {
      if (char === "") throw new Error("a double quote has no end");
      if (char === "$") result += this.#variable();
      else if (char === "\\" && ['"', "$", "\\"].includes(this.#peek())) result += this.#next();
      else if (char !== "\\" || this.#peek() !== "") result += char;
    }
    return result;
  }

  /** Behind a dollar sign. */
  #variable(): string {
    if (this.#peek() !== "{") {
      const name = this.#name();
      return name === "" ? "$" : (this.#variables.get(name) ?? "");
    }
    this.#at++;
    const name = this.#name();
    const operator = this.#next();
    if (name === "") throw new Error("a variable without a name");
    const value = this.#variables.get(name);
    if (operator === "}") return value ?? "";
    const isEmptyUnset = operator === ":";
    return this.#substitute({ name, value: isEmptyUnset ? value || undefined : value, operator: isEmptyUnset ? this.#next() : operator });
  }

  #substitute({ name, value, operator }: { name: string; value: string | undefined; operator: string }): string {
    if (operator !== "-" && operator !== "+" && operator !== "?") {
      throw new Error(`\${${name}${operator}…} is not supported; of these forms -, +, ? are, with or without a colon`);
    }
    const word = this.read("}");
    if (operator === "-") return value ?? word;
    if (operator === "+") return value === undefined ? "" : word;
    if (value === undefined) throw new Error(`${name}: ${word || "it is not set"}`);
    return value;
  }

  /** Letters, digits and underscores; or digits, or one of the shell's own, which are never set here. */
  #name(): string {
    const [name = ""] = /^(?:[0-9]+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*)?/u.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += name.length;
    return name;
  }
}
