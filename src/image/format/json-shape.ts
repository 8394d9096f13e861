/** Takes JSON of foreign origin apart. What does not have the expected shape is refused with the place where it stands. Pure. */
import { measureJson } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decodeText } from "../../base/text.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

const BYTE_ORDER_MARK = "\ufeff";

export function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    const text = decodeText(bytes);
    if (!text.isWellFormed()) throw new RuntimeError("integrity", `cannot read ${what}: it is no JSON: it is not UTF-8`);
    requireModest(bytes, what);
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch (cause) {
    if (cause instanceof RuntimeError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RuntimeError("integrity", `cannot read ${what}: it is no JSON: ${reason}`, { cause });
  }
}

/** Documents of images have about ten levels. What is deeper could be parsed, and not be written again. */
const MOST_LEVELS = 1000;
/** An index of 4,096 images has some 60,000. Each takes hundreds of bytes of memory, however short it is in the text. */
const MOST_VALUES = 400_000;

/** Throws "integrity" for what is nested too deeply or has too many values. */
function requireModest(bytes: Uint8Array, what: string): void {
  const [levels, values] = measureJson(bytes);
  if (levels > MOST_LEVELS) throw new RuntimeError("integrity", `cannot read ${what}: it is nested deeper than ${MOST_LEVELS} levels`);
  if (values > MOST_VALUES) throw new RuntimeError("integrity", `cannot read ${what}: it has more than ${MOST_VALUES} values`);
}

export function takeObject(value: unknown, where: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw misfit(value, where, "an object");
}

/** null counts as none: Go programs write it for an empty list. */
export function takeList(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw misfit(value, where, "an array");
}

export function takeText(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw misfit(value, where, "a string");
}

/** An absent, null or empty text is undefined. */
export function takeOptionalText(value: unknown, where: string): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : takeText(value, where);
}

/** null counts as an empty text, as Go programs read it. */
export function takeTexts(value: unknown, where: string): readonly string[] {
  return takeList(value, where).map((text, i) => takeText(text ?? "", `${where}/${i}`));
}

/** null counts as an empty text, as Go programs read it. */
export function takeTextMap(value: unknown, where: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(Object.entries(takeObject(value, where)).map(([key, text]) => [key, takeText(text ?? "", `${where}/${key}`)]));
}

/** A whole number that is not negative. */
export function takeSize(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw misfit(value, where, "a whole number and not negative");
}

/** The members of `members` that are not undefined, so that what is absent stays absent. */
export function withoutUndefined<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function misfit(value: unknown, where: string, accepted: string): RuntimeError {
  return new RuntimeError("integrity", `cannot read ${where}: it ${describe(value)} and must be ${accepted}`);
}

/** What is large is not shown, and what is nested may be so without end. */
function describe(value: unknown): string {
  if (value === undefined) return "is missing";
  if (Array.isArray(value)) return value.length === 0 ? "is []" : "is an array";
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0 ? "is {}" : "is an object";
  return `is ${shownValue(value)}`;
}

const LONGEST_SHOWN = 100;

/** A foreign value for an error message, which has no room for megabytes. */
export function shownValue(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[…]" : "{…}";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
}

/** The first few of many texts. */
export function shownList(texts: readonly string[]): string {
  const shown = texts.slice(0, 20).map((text) => (text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text));
  return [...shown, ...(texts.length > shown.length ? [`and ${texts.length - shown.length} more`] : [])].join(", ");
}
