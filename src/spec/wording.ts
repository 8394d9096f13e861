/** Words ajv's faults as problems. Loaded only for a file that was refused. */
import type { Fault } from "./generated/problems.js";
import { Places } from "./json-positions.ts";
import { member, type Problem, quote, shorten } from "./rules/rule.ts";

/** What each pattern of the schemas accepts. */
export const PATTERNS: Readonly<Record<string, string>> = {
  "^[rwm]*$": 'must be made of the letters "r", "w" and "m"',
  "^[1-9][0-9]*[KMG]B$": 'must be a size such as "2MB"',
};

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  integer: "an integer",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** One problem per value: a value of the wrong type is not also out of range. */
export function wordFaults(faults: readonly Fault[], text: string): readonly Problem[] {
  const places = new Places(
    text,
    faults.map(({ instancePath }) => instancePath),
  );
  const problems = new Map<string, Problem>();
  for (const fault of faults) {
    const pointer = fault.instancePath;
    const key = fault.keyword === "required" ? pointerOfMissing(fault) : pointer;
    const isFirst = !problems.has(key);
    const span = places.span(pointer);
    const source = span && text.slice(span.start, Math.min(span.end, span.start + LONGEST_SOURCE));
    if (isFirst || fault.keyword === "type") problems.set(key, { pointer, problem: problemOf(fault, source) });
  }
  return [...problems.values()];
}

/** What the rules must not access. */
export function refusedPointers(faults: readonly Fault[]): ReadonlySet<string> {
  return new Set(faults.map((fault) => (fault.keyword === "required" ? pointerOfMissing(fault) : fault.instancePath)));
}

function pointerOfMissing({ instancePath, params }: Fault): string {
  return instancePath + member(String(params.missingProperty));
}

/** How many characters of a value are read: less than that is shown. */
const LONGEST_SOURCE = 1000;

/** `source` is the value as written in the text. */
function problemOf(fault: Fault, source: string | undefined): string {
  if (fault.keyword === "required") return `${quote(String(fault.params.missingProperty))} is missing`;
  const wanted = wantedBy(fault);
  return source === undefined ? wanted : `${wanted}, not ${shorten(source)}`;
}

function wantedBy({ keyword, params }: Fault): string {
  switch (keyword) {
    case "type":
      return `must be ${TYPES[String(params.type)] ?? String(params.type)}`;
    case "enum":
      return `must be ${alternatives(Array.isArray(params.allowedValues) ? params.allowedValues : [])}`;
    case "minimum":
      return `must be at least ${limit(params.limit)}`;
    case "maximum":
      return `must be at most ${limit(params.limit)}`;
    case "minItems":
      return "must not be empty";
    case "maxItems":
      return params.limit === 0 ? "must be empty" : `must have at most ${String(params.limit)} items`;
    case "pattern":
      return PATTERNS[String(params.pattern)] ?? `must match ${String(params.pattern)}`;
    default:
      throw new Error(`no words for the schema keyword ${keyword}`);
  }
}

function alternatives(values: readonly unknown[]): string {
  const words = values.filter((value) => value !== "").map((value) => JSON.stringify(value));
  return words.length < 2 ? words.join("") : `one of ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** 64-bit limits have no exact number in JavaScript; they are spelled out. */
function limit(value: unknown): string {
  if (value === 2 ** 64) return "18446744073709551615";
  if (value === 2 ** 63) return "9223372036854775807";
  return value === -(2 ** 63) ? "-9223372036854775808" : String(value);
}
