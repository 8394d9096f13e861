/**
 * The instructions of a Dockerfile as its language has them (Dockerfile reference, Format): comments, lines that go on behind a backslash, flags,
 * and values that are words or JSON. Variables are dockerfile-words.ts's business. Pure.
 */
import { parseWords } from "./dockerfile-words.ts";
import { refusedChange } from "./refused-change.ts";

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** Words that begin with "--" and stand in front of all others, without quotes. */
  readonly flags: readonly string[];
  /** All behind name and flags. */
  readonly value: string;
  /** The whole instruction, as one line. */
  readonly line: string;
}

/** Blanks between words; a line has no others. */
const BLANKS = /[\t\v\f\r ]+/;

/** Instructions in the order in which they stand. */
export function parseInstructions(text: string): Instruction[] {
  if (/^[\s]*#\s*escape\s*=/i.test(text)) throw refusedChange(text, "the escape character cannot be changed");
  return joinedLines(text).map(parseInstruction);
}

/** Lines that say something. One that ends with a backslash goes on in the next that is neither empty nor a comment. */
function joinedLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | undefined;
  for (const raw of text.split("\n")) {
    const line = begun === undefined ? raw.trimStart() : raw;
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const goesOn = /(?:^|[^\\])\\[ \t\r]*$/.test(line);
    begun = `${begun ?? ""}${goesOn ? line.replace(/\\[ \t\r]*$/, "") : line.replace(/\r$/, "")}`;
    if (goesOn) continue;
    lines.push(begun);
    begun = undefined;
  }
  return begun === undefined || begun.trim() === "" ? lines : [...lines, begun];
}

function parseInstruction(line: string): Instruction {
  const trimmed = line.trim();
  const [word = ""] = trimmed.split(BLANKS, 1);
  const { flags, rest } = takeFlags(trimmed.slice(word.length).trim(), line);
  return { name: word.toUpperCase(), flags, value: rest, line: trimmed };
}

/** "--" alone ends the flags. */
function takeFlags(text: string, line: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let rest = text;
  while (rest.startsWith("--")) {
    const [word = ""] = parseWords(rest);
    rest = rest.slice(word.length).trim();
    if (word === "--") break;
    if (/["'\\]/.test(word)) throw refusedChange(line, "quotes in flags are not supported");
    flags.push(word);
  }
  return { flags, rest };
}

/** The words of a value in the JSON form, or undefined for another form. What begins like JSON and is none is refused, as it was meant to be. */
export function parseJsonWords(value: string, line: string): readonly string[] | undefined {
  if (!value.startsWith("[")) return undefined;
  const words = readJson(value);
  if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  if (words === undefined && !/^\[\s*(?:"|$)/.test(value)) return undefined;
  throw refusedChange(line, 'a JSON array of strings in double quotes is accepted, as in ["/bin/sh", "-l"]');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Divided by blanks, whatever stands between them. */
export function splitBlanks(value: string): string[] {
  return value.split(BLANKS).filter((word) => word !== "");
}

/** `NAME=value NAME=value …`, or in the oldest form `NAME value`. Quotes and variables are still in them. */
export function parseAssignments(value: string, line: string): (readonly [name: string, value: string])[] {
  const words = parseWords(value);
  if (words[0]?.includes("=") !== true) {
    const [name = ""] = value.split(BLANKS, 1);
    const rest = value.slice(name.length).trimStart();
    if (name === "" || rest === "") throw refusedChange(line, "accepted are NAME=value, more of these, or NAME value");
    return [[name, rest]];
  }
  return words.map((word) => {
    const equals = word.indexOf("=");
    if (equals <= 0) throw refusedChange(line, `${JSON.stringify(word)} is not of the form NAME=value`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}
