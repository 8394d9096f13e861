/**
 * JSON features that a runtime has to treat with care. Each is looked for only if the text may contain it.
 */
import { eachNumber } from "./json-positions.ts";
import { parseJson } from "./parse-json.ts";
import { member, type Problem } from "./rules/rule.ts";

/** A null member counts as absent, as it does for runtimes written in Go, whose encoders write null for unset values. */
export function dropNulls(value: unknown): void {
  const waiting = [value]; // no recursion: whoever wrote the file decides the nesting
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (!isObject(at)) continue;
    for (const [key, inner] of Object.entries(at)) {
      if (inner === null && !Array.isArray(at)) Reflect.deleteProperty(at, key);
      else if (isObject(inner)) waiting.push(inner);
    }
  }
}

/** Puts a bigint wherever JSON.parse may have rounded an integer. */
export function restoreIntegers(text: string, value: unknown): void {
  replaceLargeIntegers(text, value, (exact) => exact);
}

/** A file as ajv, which knows no bigint, is to see it. */
export function parseRounded(text: string): unknown {
  const value = parseJson(text);
  dropNulls(value);
  roundLargeIntegers(text, value);
  return value;
}

/**
 * Puts a number there that is as large as the integer in the eyes of a schema, whose bounds are rounded too: it is within 64 bits, signed or not, if
 * the integer is.
 */
function roundLargeIntegers(text: string, value: unknown): void {
  replaceLargeIntegers(text, value, (exact) => {
    if (exact === BigInt.asIntN(64, exact)) return exact < 0 ? -(2 ** 62) : 2 ** 62;
    if (exact === BigInt.asUintN(64, exact)) return 1.5 * 2 ** 63;
    return exact < 0 ? -(2 ** 65) : 2 ** 65;
  });
}

function replaceLargeIntegers(text: string, value: unknown, by: (exact: bigint) => number | bigint): void {
  eachNumber(text, (keys, source) => {
    const rounded = Number(source);
    if (Number.isSafeInteger(rounded) || !Number.isInteger(rounded)) return;
    const key = keys.at(-1);
    const holder = keys.slice(0, -1).reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), value);
    if (key === undefined || !isObject(holder) || holder[key] !== rounded) return;
    holder[key] = by(BigInt(/^-?\d+$/.test(source) ? source : rounded)); // with an exponent it is what was rounded
  });
}

/** An object or list, and the path to it. */
interface Inner {
  readonly value: Record<string, unknown>;
  readonly key: string;
  readonly outer: Inner | undefined;
}

/** The kernel ends a string at its first NUL, so it would see something other than what the file says. */
export function findNuls(value: unknown): readonly Problem[] {
  const problems: Problem[] = [];
  const problem = "must not contain a NUL character";
  if (hasNul(value)) problems.push({ pointer: "", problem });
  const waiting: Inner[] = isObject(value) ? [{ value, key: "", outer: undefined }] : [];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const [key, inner] of Object.entries(at.value)) {
      if (hasNul(key) || hasNul(inner)) problems.push({ pointer: pointerTo(at) + member(key), problem });
      else if (isObject(inner)) waiting.push({ value: inner, key, outer: at });
    }
  }
  return problems;
}

function hasNul(value: unknown): boolean {
  return typeof value === "string" && value.includes("\0");
}

function pointerTo(inner: Inner): string {
  const members: string[] = [];
  for (let at = inner; at.outer !== undefined; at = at.outer) members.push(member(at.key));
  return members.reverse().join("");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
