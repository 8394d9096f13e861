/**
 * What JSON allows and a runtime has to treat with care. Each of these is looked for only where the text gives cause.
 */
import { eachNumber } from "./json-positions.ts";
import { member, type Problem } from "./rules/rule.ts";

/** A member that is null counts as absent, as it does for runtimes written in Go, whose encoders write null for what is unset. */
export function dropNulls(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null && !Array.isArray(value)) Reflect.deleteProperty(value, key);
    else dropNulls(inner);
  }
}

/** Puts a bigint wherever JSON.parse had to round an integer of 64 bits. */
export function restoreIntegers(text: string, value: unknown): void {
  eachNumber(text, (keys, source) => {
    const rounded = Number(source);
    if (Number.isSafeInteger(rounded) || !/^-?\d+$/.test(source)) return;
    const exact = BigInt(source);
    const key = keys.at(-1);
    const holder = keys.slice(0, -1).reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), value);
    const isWide = exact === BigInt.asUintN(64, exact) || exact === BigInt.asIntN(64, exact);
    if (key !== undefined && isObject(holder) && holder[key] === rounded && isWide) holder[key] = exact;
  });
}

/** The kernel ends a string at its first NUL, so what it sees would not be what is written here. */
export function findNuls(value: unknown, at = ""): readonly Problem[] {
  const problem = "must not contain a NUL character";
  if (typeof value === "string") return value.includes("\0") ? [{ pointer: at, problem }] : [];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const pointer = at + member(key);
    return key.includes("\0") ? [{ pointer, problem }] : findNuls(inner, pointer);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
