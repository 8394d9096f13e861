/** Fields of fixed length, as in native/engine/fields.c. */
import type { Memory } from "../host.ts";
import { decodeLatin1 } from "./bytes.ts";
import { requireBetween, requireCount, requireMemory } from "./values.ts";

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

function bytesOf(memory: Memory): Uint8Array {
  const { buffer, byteOffset, byteLength } = requireMemory(memory);
  return new Uint8Array(buffer, byteOffset, byteLength);
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
