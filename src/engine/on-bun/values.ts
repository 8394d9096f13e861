/** Checks of arguments, as native/engine/values.c and signature.c make them. */
import type { Memory, ParameterType, ResultType } from "../host.ts";

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array) as abstract new () => Memory;

export function requireCount(count: number, least: number, most = least): void {
  if (count < least || count > most) throw new TypeError(`${count} arguments instead of ${least === most ? least : `${least} to ${most}`}`);
}

/** An integer of up to 64 bits, signed or not. */
export function requireInteger(value: unknown): bigint {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return BigInt(value);
    throw new RangeError("a number that is no safe integer");
  }
  if (typeof value !== "bigint") throw new TypeError("an argument that is no integer");
  if (BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value) return value;
  throw new RangeError("an integer of more than 64 bits");
}

export function requireBetween(value: unknown, least: number, most: number): number {
  const integer = requireInteger(value);
  if (integer >= BigInt(least) && integer <= BigInt(most)) return Number(integer);
  throw new RangeError(`an integer that is not between ${least} and ${most}`);
}

export function requireText(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${what} that is no string`);
}

export function isMemory(value: unknown): value is Memory {
  return value instanceof TYPED_ARRAY;
}

export function requireMemory(value: unknown): Memory {
  if (!isMemory(value)) throw new TypeError("an argument that is no typed array");
  (value as Uint8Array).indexOf(0, value.length); // throws if the buffer is gone or too small
  return value;
}

/** All bytes of any typed array. */
export function bytesOf(memory: Memory): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = requireMemory(memory);
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

const RANGES: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  i8: [-0x80n, 0x7fn],
  u8: [0n, 0xffn],
  i16: [-0x8000n, 0x7fffn],
  u16: [0n, 0xffffn],
  i32: [-0x8000_0000n, 0x7fff_ffffn],
  u32: [0n, 0xffff_ffffn],
  i64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  u64: [0n, 0xffff_ffff_ffff_ffffn],
  pointer: [0n, 0xffff_ffff_ffff_ffffn],
};

/** A value of a type that is no memory. */
export function requireScalar(value: unknown, type: ParameterType): number | bigint {
  if (type === "f64") {
    if (typeof value === "number") return value;
    throw new TypeError("an argument that is no number");
  }
  if (type === "pointer" && value === null) return 0n;
  const integer = requireInteger(value);
  const [least, most] = RANGES[type] ?? [1n, 0n];
  if (integer < least || integer > most) throw new RangeError(`an integer that ${type} does not hold`);
  return integer;
}

const MOST_PARAMETERS = 16;

export function requireSignature(result: unknown, parameters: unknown): void {
  if (result !== "void" && result !== "text") requireParameter(result);
  if (!Array.isArray(parameters)) throw new TypeError("parameters that are no array");
  if (parameters.length > MOST_PARAMETERS) throw new RangeError(`more than ${MOST_PARAMETERS} parameters`);
  parameters.forEach(requireParameter);
}

function requireParameter(type: unknown): asserts type is ParameterType {
  if (typeof type !== "string" || (type !== "f64" && !Object.hasOwn(RANGES, type))) {
    throw new TypeError("a type of a foreign function that there is not");
  }
}

/** What bun:ffi calls a type. Pointers are numbers of 64 bits, since an address of ours may be any. */
export function ffiType(type: ResultType): string {
  return type === "pointer" || type === "text" ? "u64" : type === "void" ? "void" : type;
}
