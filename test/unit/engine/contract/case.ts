/** The contract's own assertions: bun:test does not exist inside the host. */

/** One promise of host.ts. Throws if it is broken. */
export interface Case {
  readonly title: string;
  readonly run: () => void | Promise<void>;
}

export function same(actual: unknown, expected: unknown): void {
  const [got, wanted] = [show(actual), show(expected)];
  if (got !== wanted) throw new Error(`${got} instead of ${wanted}`);
}

/** Requires that `action` throws an error of exactly that kind; returns its message. */
export function refuses(kind: "TypeError" | "RangeError" | "InternalError" | "Error", action: () => unknown): string {
  let result: unknown;
  try {
    result = action();
  } catch (error) {
    if (error instanceof Error && error.name === kind) return error.message;
    throw new Error(`${error} instead of a ${kind}`);
  }
  throw new Error(`${show(result)} instead of a ${kind}`);
}

function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Uint8Array) return `bytes [${value.join(" ")}]`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return value === undefined ? "undefined" : JSON.stringify(value);
}

/** For calls that the types forbid. */
export function unchecked(call: unknown): (...args: unknown[]) => unknown {
  return call as (...args: unknown[]) => unknown;
}

/** Random bytes, the same in every run (xorshift32). */
export function randomBytes(seed: number): (size: number) => Uint8Array<ArrayBuffer> {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return (size) => Uint8Array.from({ length: size }, () => next() >>> 7);
}
