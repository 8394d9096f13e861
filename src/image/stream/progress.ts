/** What long work tells about itself. Pure: who shows it, and whether, is the caller's business. */

export interface Progress {
  /** The parts that come have so many bytes together. */
  expect(total: number): void;
  /** A part of the work begins: `total` bytes, if known. */
  begin(label: string, total: number | undefined): void;
  /** So many more bytes of it are done. */
  advance(bytes: number): void;
  /** The part is done; what of it did not advance was there already. */
  end(): void;
}

export const SILENT: Progress = { expect: () => {}, begin: () => {}, advance: () => {}, end: () => {} };

/** Passes `stream` on and tells `progress` of it. */
export function* told<R>(stream: Generator<Uint8Array, R>, progress: Progress): Generator<Uint8Array, R> {
  try {
    for (;;) {
      const { value, done } = stream.next();
      if (done) return value;
      progress.advance(value.length);
      yield value;
    }
  } finally {
    stream.return(undefined as R);
  }
}

/** Bytes of all of them. */
export function sizeOfAll(parts: readonly { readonly size: number }[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}
