/** Protocol buffers by field number, as much of them as requests to an engine need: no 32-bit or 64-bit fields, no negative numbers. */

/** A list is a repeated field. Whatever is undefined is left out. */
export type Field = string | number | boolean | Message | undefined | readonly (string | Message)[];
export interface Message {
  readonly [field: number]: Field;
}

const VARINT = 0;
const BYTES = 2;

export function encodeMessage(message: Message): Buffer {
  return Buffer.concat(
    Object.entries(message).flatMap(([field, value]) => {
      const values: readonly Field[] = Array.isArray(value) ? value : [value];
      return values.map((each) => encodeField(Number(field), each));
    }),
  );
}

function encodeField(field: number, value: Field): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  if (typeof value === "number" || typeof value === "boolean")
    return Buffer.from([...varint(field * 8 + VARINT), ...varint(Number(value))]);
  const bytes = typeof value === "string" ? Buffer.from(value) : encodeMessage(value as Message);
  return Buffer.concat([Buffer.from([...varint(field * 8 + BYTES), ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** A message that has arrived; a field that it lacks has the default value of its type. */
export class Decoded {
  readonly #fields = new Map<number, number | Buffer>();

  constructor(bytes: Buffer) {
    let at = 0;
    const next = (): number => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++] ?? 0;
        value += (byte % 128) * scale;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const key = next();
      const number = next();
      if (key % 8 === VARINT) this.#fields.set(Math.floor(key / 8), number);
      else if (key % 8 === BYTES) {
        this.#fields.set(Math.floor(key / 8), bytes.subarray(at, at + number));
        at += number;
      } else throw new Error(`cannot decode a field of wire type ${key % 8}`);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  number(field: number): number {
    const value = this.#fields.get(field);
    return typeof value === "number" ? value : 0;
  }

  text(field: number): string {
    const value = this.#fields.get(field);
    return typeof value === "number" ? "" : (value ?? "").toString();
  }

  message(field: number): Decoded {
    const value = this.#fields.get(field);
    return new Decoded(value === undefined || typeof value === "number" ? Buffer.alloc(0) : value);
  }
}
