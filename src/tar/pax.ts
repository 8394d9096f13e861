/** PAX extended headers: records of the form `<length> <key>=<value>\n`, the length counting itself (POSIX.1-2001 pax). Pure. */
import { latin1 } from "../base/bytes.ts";
import { damaged } from "./entry.ts";

/** Byte strings by key. An empty value takes back what a global header said. */
export type PaxRecords = Map<string, string>;

export const SPARSE_MAP = "GNU.sparse.map";

export function decodePax(data: Uint8Array): PaxRecords {
  const records: PaxRecords = new Map();
  const stretches: [string, string][] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const digits = space < 0 ? "" : latin1(data, at, space);
    const length = /^[1-9][0-9]{0,8}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = data.indexOf(0x3d, space);
    if (length === 0 || end > data.length || data[end - 1] !== 0x0a || equals < 0 || equals >= end || equals === space + 1) {
      throw damaged("an extended header has a malformed record");
    }
    const [key, value] = [latin1(data, space + 1, equals), latin1(data, equals + 1, end - 1)];
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") stretches.push([key, value]);
    else records.set(key, value);
    at = end;
  }
  if (stretches.length > 0) records.set(SPARSE_MAP, joined(stretches));
  return records;
}

/** Sparse files of form 0.0 repeat two keys in turn; the same as one value is form 0.1. */
function joined(stretches: readonly (readonly [key: string, value: string])[]): string {
  const isInTurn = stretches.every(([key, value], i) => key.endsWith(i % 2 === 0 ? "offset" : "numbytes") && !value.includes(","));
  if (!isInTurn) throw damaged("an extended header has a malformed map of a sparse file");
  return stretches.map(([, value]) => value).join(",");
}

/** As a byte string. */
export function encodeRecord(key: string, value: string): string {
  const rest = key.length + value.length + 3; // space, equals sign, newline
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** A whole number that is not negative, or undefined. */
export function paxNumber(text: string): number | undefined {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** One second less is exact as well. */
const LATEST = Number.MAX_SAFE_INTEGER - 1;

/** `-1.25` is 0.25 seconds before -1. Digits beyond the nanosecond are cut off, and of times that no file system can hold the nearest exact one is taken. */
export function paxTime(text: string): { seconds: number; nanoseconds: number } | undefined {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)([0-9]+)(?:\.([0-9]*))?$/.exec(text) ?? [];
  if (whole === "") return undefined;
  const seconds = Math.min(Number(whole), LATEST);
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  if (sign === "") return { seconds, nanoseconds };
  return nanoseconds === 0 ? { seconds: 0 - seconds, nanoseconds } : { seconds: -seconds - 1, nanoseconds: 1e9 - nanoseconds };
}

export function encodePaxTime({ seconds, nanoseconds }: { seconds: number; nanoseconds: number }): string {
  if (nanoseconds === 0) return String(seconds);
  if (seconds >= 0) return `${seconds}.${fraction(nanoseconds)}`;
  return `-${-seconds - 1}.${fraction(1e9 - nanoseconds)}`;
}

/** Without the zeros at its end. */
function fraction(nanoseconds: number): string {
  const digits = String(nanoseconds).padStart(9, "0");
  let length = digits.length;
  while (digits[length - 1] === "0") length--;
  return digits.slice(0, length);
}
