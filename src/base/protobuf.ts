/**
 * Protocol Buffers' wire format, as far as CRIU's messages need it: whole numbers of at least 0, booleans, text, messages, and
 * fields of any of these that repeat (protobuf.dev, Encoding). Pure.
 */
import { type Bytes, concat } from "./bytes.ts";
import { decodeText, encodeText } from "./text.ts";

export type ProtoValue = boolean | number | string | readonly ProtoField[];

/** A field that repeats stands there several times. */
export type ProtoField = readonly [number: number, value: ProtoValue];

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

export function encodeMessage(fields: readonly ProtoField[]): Bytes {
  return concat(fields.flatMap(([number, value]) => encodeField(number, value)));
}

function encodeField(number: number, value: ProtoValue): Bytes[] {
  if (typeof value === "boolean") return [varint(number * 8 + VARINT), varint(value ? 1 : 0)];
  if (typeof value === "number") return [varint(number * 8 + VARINT), varint(value)];
  const content = typeof value === "string" ? encodeText(value) : encodeMessage(value);
  return [varint(number * 8 + BYTES), varint(content.length), content];
}

/** Seven bits per byte, the lowest first; all bytes but the last have the highest bit set. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

/** The fields of a message, by number; of those that repeat the last one. */
export class ProtoMessage {
  readonly #fields = new Map<number, number | Uint8Array>();

  /** Throws a RangeError for what is no message, or is cut off. */
  constructor(bytes: Uint8Array) {
    const cursor = { at: 0 };
    while (cursor.at < bytes.length) {
      const key = takeVarint(bytes, cursor);
      const kind = key % 8;
      const number = Math.floor(key / 8);
      if (kind === VARINT) this.#fields.set(number, takeVarint(bytes, cursor));
      else if (kind === BYTES) this.#fields.set(number, take(bytes, cursor, takeVarint(bytes, cursor)));
      else if (kind === FIXED64 || kind === FIXED32) take(bytes, cursor, kind === FIXED64 ? 8 : 4);
      else throw new RangeError(`field ${number} is of the unknown kind ${kind}`);
    }
  }

  /** Rounded beyond 2^53. */
  number(field: number): number | undefined {
    const value = this.#fields.get(field);
    return typeof value === "number" ? value : undefined;
  }

  text(field: number): string | undefined {
    const value = this.#fields.get(field);
    return value instanceof Uint8Array ? decodeText(value) : undefined;
  }

  message(field: number): ProtoMessage | undefined {
    const value = this.#fields.get(field);
    return value instanceof Uint8Array ? new ProtoMessage(value) : undefined;
  }
}

const LONGEST_VARINT = 10;

function takeVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  for (let place = 0; place < LONGEST_VARINT; place++) {
    const [byte = 0] = take(bytes, cursor, 1);
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return value;
  }
  throw new RangeError(`a number has more than ${LONGEST_VARINT} bytes`);
}

function take(bytes: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  const part = bytes.subarray(cursor.at, cursor.at + length);
  if (part.length < length) throw new RangeError(`a message of ${bytes.length} bytes is cut off`);
  cursor.at += length;
  return part;
}
