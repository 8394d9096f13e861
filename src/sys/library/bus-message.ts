/** Messages of D-Bus: writing what is sent, reading what came. sd_bus_message_append_basic(3), sd_bus_message_read_basic(3) */
import { endOfType, splitSignature } from "../../base/bus-signature.ts";
import type { BusData, BusValue } from "../../base/bus-value.ts";
import { put64, u32, u64 } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { readText } from "../../engine/memory.ts";
import { strerror } from "../call/errno-words.ts";
import { libsystemd } from "./libsystemd.ts";

/** The sizes of whole numbers, and of booleans. */
const SIZES: Readonly<Record<string, number>> = { y: 1, b: 4, n: 2, q: 2, i: 4, u: 4, x: 8, t: 8 };

/** Appends a value to a message that is being made; `message` is its address. */
export function appendValue(message: number, { signature, value }: BusValue): void {
  if (endOfType(signature, 0) !== signature.length) throw misfit(signature, value);
  const first = signature[0] ?? "";
  if (first === "v") appendVariant(message, value);
  else if (first === "a") appendArray(message, signature.slice(1), value);
  else if (first === "(") appendStruct(message, signature.slice(1, -1), value);
  else appendBasic(message, first, value);
}

function appendVariant(message: number, value: BusData): void {
  if (typeof value !== "object" || !("signature" in value)) throw misfit("v", value);
  inContainer(message, "v", value.signature, () => appendValue(message, value));
}

function appendArray(message: number, signature: string, value: BusData): void {
  if (!Array.isArray(value)) throw misfit(`a${signature}`, value);
  inContainer(message, "a", signature, () => {
    for (const item of value) appendValue(message, { signature, value: item });
  });
}

function appendStruct(message: number, signature: string, value: BusData): void {
  const types = splitSignature(signature) ?? [];
  if (!Array.isArray(value) || value.length !== types.length) throw misfit(`(${signature})`, value);
  inContainer(message, "r", signature, () => {
    for (const [i, type] of types.entries()) appendValue(message, { signature: type, value: value[i] });
  });
}

function inContainer(message: number, kind: string, contents: string, append: () => void): void {
  requireDone(libsystemd().openContainer(message, kind.charCodeAt(0), contents), "sd_bus_message_open_container(3)");
  append();
  requireDone(libsystemd().closeContainer(message), "sd_bus_message_close_container(3)");
}

function appendBasic(message: number, type: string, value: BusData): void {
  const memory = typeof value === "string" ? value : numberBytes(type, value);
  requireDone(libsystemd().appendBasic(message, type.charCodeAt(0), memory), "sd_bus_message_append_basic(3)");
}

function numberBytes(type: string, value: BusData): Uint8Array {
  if (type === "d" && typeof value === "number") return new Uint8Array(Float64Array.of(value).buffer);
  const size = SIZES[type];
  if (size === undefined || typeof value === "object" || typeof value === "string") throw misfit(type, value);
  const bytes = new Uint8Array(8);
  put64(bytes, 0, BigInt(value));
  return bytes.subarray(0, size);
}

/** A message that came: read from its beginning, each value once. */
export class Message implements Disposable {
  readonly address: number;

  constructor(address: number) {
    this.address = address;
  }

  text(type: "s" | "o"): string {
    const at = new Uint8Array(8);
    this.#basic(type, at);
    return readText(u64(at, 0));
  }

  u32(): number {
    const value = new Uint8Array(4);
    this.#basic("u", value);
    return u32(value, 0);
  }

  /** What comes next is in a variant of this type. */
  enterVariant(signature: string): void {
    requireDone(libsystemd().enterContainer(this.address, "v".charCodeAt(0), signature), "sd_bus_message_enter_container(3)");
  }

  isSignal(name: string, member: string): boolean {
    return libsystemd().isSignal(this.address, name, member) > 0;
  }

  /** Zero is the end of the message, which is too early. */
  #basic(type: string, into: Uint8Array): void {
    const result = libsystemd().readBasic(this.address, type.charCodeAt(0), into);
    if (result === 0) throw new RuntimeError("kernel", "cannot read an answer of systemd: it is too short");
    requireDone(result, "sd_bus_message_read_basic(3)");
  }

  [Symbol.dispose](): void {
    libsystemd().release(this.address);
  }
}

function requireDone(result: number, call: string): void {
  if (result < 0) throw new RuntimeError("kernel", `cannot exchange a message with systemd: ${strerror(-result)}`, { call });
}

function misfit(signature: string, value: BusData): TypeError {
  return new TypeError(`${typeof value} is no value of the D-Bus type ${signature}`);
}
