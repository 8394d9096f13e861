/** Numbers, texts and bytes as one piece of memory, as in native/engine/pack.c. */
import type { Packable } from "../host.ts";
import { encode } from "./text.ts";
import { isMemory, requireBetween, requireCount, requireInteger, requireMemory } from "./values.ts";

const DEEPEST = 8;

export function pack(...args: [items: readonly Packable[]]): Uint8Array<ArrayBuffer> {
  requireCount(args.length, 1);
  if (!Array.isArray(args[0])) throw new TypeError("an argument that is no array");
  return packItems(args[0], 0);
}

function packItems(items: readonly Packable[], depth: number): Uint8Array<ArrayBuffer> {
  if (depth > DEEPEST) throw new RangeError(`arrays in more than ${DEEPEST} others`);
  const parts: Uint8Array[] = [];
  for (let i = 0; i < items.length; i++) parts.push(...packItem(items[i] as Packable, depth));
  return new Uint8Array(Buffer.concat(parts));
}

function packItem(item: Packable, depth: number): Uint8Array[] {
  if (typeof item === "number") return [word(requireBetween(item, -0x8000_0000, 0xffff_ffff))];
  if (typeof item === "bigint") return [new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, requireInteger(item))).buffer)];
  if (typeof item === "string") {
    const bytes = encode(item, true);
    return [word(bytes.length - 1), bytes];
  }
  if (isMemory(item)) {
    const { buffer, byteOffset, byteLength } = requireMemory(item);
    return [word(byteLength), new Uint8Array(buffer, byteOffset, byteLength)];
  }
  if (!Array.isArray(item)) throw new TypeError("an item that cannot be packed");
  const content = packItems(item, depth + 1);
  return [word(content.length), content];
}

function word(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}
