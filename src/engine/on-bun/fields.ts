/** Fields of fixed length, as in native/engine/fields.c. */
import type { Memory } from "../host.ts";
import { decodeLatin1, putLatin1 } from "./bytes.ts";
import { bytesOf, requireBetween, requireCount, requireText } from "./values.ts";

const [SKIPPED, TEXT, CHARACTERS, NUMBER] = [0, 1, 2, 3];

export function readFields(...args: [bytes: Memory, at: number, layout: Memory]): (string | number | undefined)[] {
  requireCount(args.length, 3);
  const [bytes, layout] = [bytesOf(args[0]), bytesOf(args[2])];
  let at = requireBetween(args[1], 0, bytes.length);
  const fields: (string | number | undefined)[] = [];
  for (let i = 0; i + 1 < layout.length; i += 2) {
    const [form = 0, size = 0] = layout.subarray(i, i + 2);
    if (size > bytes.length - at) throw new RangeError("fields that are longer than the memory");
    if (form !== SKIPPED) fields.push(fieldOf(form, bytes.subarray(at, at + size)));
    at += size;
  }
  return fields;
}

const MOST = 1024;

export function writeFields(...args: [bytes: Memory, at: number, layout: Memory, ...items: (string | number)[]]): undefined {
  requireCount(args.length, 3, Number.POSITIVE_INFINITY);
  const [bytes, layout] = [bytesOf(args[0]), bytesOf(args[2])];
  const start = requireBetween(args[1], 0, bytes.length);
  const [, , , ...items] = args;
  if (items.length !== Math.floor(layout.length / 2)) throw new TypeError(`${items.length} items for ${layout.length / 2} fields`);
  const written: number[] = [];
  for (const [i, item] of items.entries()) {
    const [form = 0, size = 0] = layout.subarray(2 * i, 2 * i + 2);
    if (size > bytes.length - start - written.length || size > MOST - written.length) {
      throw new RangeError("fields that are longer than the memory");
    }
    written.push(...bytesIn(form, size, item));
  }
  bytes.set(written, start);
  return undefined;
}

function bytesIn(form: number, size: number, item: string | number): Uint8Array {
  if (form !== TEXT && form !== NUMBER) throw new RangeError("a form of field that cannot be written");
  const text = form === TEXT ? requireText(item, "a field's text") : octal(item, size);
  if (text.length > size) throw new RangeError(`${form === TEXT ? "text" : "a number"} that is longer than its field`);
  const bytes = new Uint8Array(size);
  putLatin1(bytes, 0, text);
  return bytes;
}

function octal(item: string | number, size: number): string {
  const number = requireBetween(item, 0, Number.MAX_SAFE_INTEGER);
  const digits = number === 0 ? "" : number.toString(8);
  return size === 0 ? digits : `${digits.padStart(size - 1, "0")}\0`;
}

function fieldOf(form: number, bytes: Uint8Array): string | number | undefined {
  const text = decodeLatin1(bytes);
  if (form === CHARACTERS) return text;
  if (form === TEXT) return text.split("\0", 1)[0];
  if (form !== NUMBER) throw new RangeError("a form of field that there is not");
  const [first = 0, ...others] = bytes;
  if (first >= 0x80) return others.reduce((value, byte) => value * 256 + byte, first === 0xff ? -1 : first & 0x7f);
  const digits = /^[ \0]*(?![ \0])([0-7]*)(?:[ \0]|$)/.exec(text)?.[1];
  return digits === undefined ? undefined : [...digits].reduce((value, digit) => value * 8 + Number(digit), 0);
}
