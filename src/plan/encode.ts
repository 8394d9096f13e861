/** A plan of init steps → the bytes that native init reads. Pure; the format is drawn in wire.ts. */
import { put32, put64 } from "../base/bytes.ts";
import { RuntimeError } from "../base/errors.ts";
import { encodeText } from "../base/text.ts";
import { type InitStep, ON_FAILURE, type Planned } from "./step.ts";
import { type FieldType, WIRE } from "./wire.ts";
import { WIRE_ID } from "./wire-id.ts";

type Value = string | number | bigint | boolean | readonly string[] | readonly number[] | Uint8Array;

/** Throws code "config" if a string contains a NUL byte, which no system call can carry. */
export function encodePlan(plan: readonly Planned<InitStep>[]): Uint8Array {
  const writer = new Writer();
  writer.u32(WIRE_ID);
  writer.u32(plan.length);
  const body = writer.open();
  for (const { step, origin, onFailure = "stop" } of plan) {
    const row = WIRE[step.op];
    writer.u32(row.code);
    writer.u32(ON_FAILURE[onFailure]);
    const length = writer.open();
    const values = step as unknown as Readonly<Record<string, Value>>; // the row's type is derived from the step's
    for (const name in row.fields) writer.field(fieldType(row.fields, name), values[name] ?? 0, origin);
    writer.close(length);
  }
  writer.close(body);
  return writer.bytes();
}

function fieldType(fields: Readonly<Record<string, FieldType>>, name: string): FieldType {
  return fields[name] ?? "u32";
}

/** A growing buffer. `open` leaves room for a length that `close` fills in. */
class Writer {
  #buffer = new Uint8Array(16384);
  #at = 0;

  u32(value: number): void {
    this.#reserve(4);
    put32(this.#buffer, this.#at, value);
    this.#at += 4;
  }

  u64(value: bigint): void {
    this.#reserve(8);
    put64(this.#buffer, this.#at, value);
    this.#at += 8;
  }

  str(value: string, origin: string): void {
    if (value.includes("\0")) {
      throw new RuntimeError("config", `cannot pass ${JSON.stringify(value)} to the kernel: it contains a NUL byte`, { pointer: origin });
    }
    const text = encodeText(value);
    this.#reserve(text.length + 5);
    put32(this.#buffer, this.#at, text.length);
    this.#buffer.set(text, this.#at + 4);
    this.#at += 4 + text.length;
    this.#buffer[this.#at++] = 0;
  }

  raw(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  field(type: FieldType, value: Value, origin: string): void {
    if (type === "str") this.str(String(value), origin);
    else if (type === "bytes") this.raw(value as Uint8Array);
    else if (type === "u64") this.u64(BigInt(value as bigint));
    else if (type === "u32" || type === "bool") this.u32(Number(value));
    else this.list(type, value as readonly (string | number)[], origin);
  }

  list(type: "strs" | "u32s", values: readonly (string | number)[], origin: string): void {
    this.u32(values.length);
    for (const value of values) {
      if (type === "strs") this.str(String(value), origin);
      else this.u32(Number(value));
    }
  }

  open(): number {
    this.u32(0);
    return this.#at;
  }

  close(start: number): void {
    put32(this.#buffer, start - 4, this.#at - start);
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#at + bytes));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
  }
}
