/** A plan of init steps → the bytes that native init reads. Pure; the format is drawn in wire.ts. */
import { RuntimeError } from "../../base/errors.ts";
import { encodeText } from "../../base/text.ts";
import { type InitOp, type InitStep, ON_FAILURE, type Planned } from "./step.ts";
import { type FieldType, WIRE } from "./wire.ts";
import { WIRE_ID } from "./wire-id.ts";

type Value = string | number | bigint | boolean | readonly string[] | readonly number[] | Uint8Array;

interface Row {
  readonly code: number;
  readonly fields: readonly { readonly name: string; readonly type: FieldType }[];
}

/** WIRE in the form that is quickest to walk: a plan has a hundred steps. */
const ROWS = new Map<InitOp, Row>(
  (Object.keys(WIRE) as InitOp[]).map((op) => [
    op,
    { code: WIRE[op].code, fields: Object.entries(WIRE[op].fields).map(([name, type]) => ({ name, type })) },
  ]),
);

/** Throws code "config" if a string contains a NUL byte, which no system call can carry. */
export function encodePlan(plan: readonly Planned<InitStep>[]): Uint8Array {
  const writer = new Writer();
  writer.u32(WIRE_ID);
  writer.u32(plan.length);
  const body = writer.open();
  for (const { step, origin, onFailure = "stop" } of plan) {
    const row = ROWS.get(step.op);
    if (row === undefined) throw new TypeError(`no step ${step.op}`);
    writer.u32(row.code);
    writer.u32(ON_FAILURE[onFailure]);
    const length = writer.open();
    const values = step as unknown as Readonly<Record<string, Value>>; // the row's type is derived from the step's
    for (const { name, type } of row.fields) writer.field(type, values[name] ?? 0, origin);
    writer.close(length);
  }
  writer.close(body);
  return writer.bytes();
}

/** A growing buffer. `open` leaves room for a length that `close` fills in. */
class Writer {
  #bytes = new Uint8Array(16384);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  u32(value: number): void {
    const at = this.#at;
    if (at + 4 > this.#bytes.length) this.#grow(4);
    this.#view.setUint32(at, value, true);
    this.#at = at + 4;
  }

  u64(value: bigint): void {
    const at = this.#at;
    if (at + 8 > this.#bytes.length) this.#grow(8);
    this.#view.setBigUint64(at, value, true);
    this.#at = at + 8;
  }

  str(value: string, origin: string): void {
    if (value.includes("\0")) {
      throw new RuntimeError("config", `cannot pass ${JSON.stringify(value)} to the kernel: it contains a NUL byte`, { pointer: origin });
    }
    this.raw(encodeText(value));
    if (this.#at === this.#bytes.length) this.#grow(1);
    this.#at++; // what was never written to is 0
  }

  raw(bytes: Uint8Array): void {
    const size = bytes.length;
    this.u32(size);
    const at = this.#at;
    if (at + size > this.#bytes.length) this.#grow(size);
    this.#bytes.set(bytes, at);
    this.#at = at + size;
  }

  field(type: FieldType, value: Value, origin: string): void {
    if (type === "str") this.str(String(value), origin);
    else if (type === "u32" || type === "bool") this.u32(Number(value));
    else if (type === "u64") this.u64(BigInt(value as bigint));
    else if (type === "bytes") this.raw(value as Uint8Array);
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
    this.#view.setUint32(start - 4, this.#at - start, true);
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
