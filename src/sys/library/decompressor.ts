/** What uncompresses a stream whose compressed data is in members, or frames, one behind the other. */
import { during, RuntimeError } from "../../base/errors.ts";

export interface Decompressor extends Disposable {
  /** Of the last step: how many bytes of the input it used, how many it put into the output, and whether a member is over. */
  readonly used: number;
  readonly made: number;
  readonly isOver: boolean;
  /** Goes on until the input is used, the output is full, or a member is over. Throws code "integrity" for damage, with nothing but the reason. */
  step(input: Uint8Array, output: Uint8Array): void;
  /** Begins with the next member. */
  reset(): void;
}

export interface Words {
  /** `the layer`. */
  readonly what: string;
  /** What is said of data that ends within a member. */
  readonly tooShort: string;
}

/** As much as stays in the processor's cache until the caller has used it. */
const OUTPUT = 256 * 1024;

/**
 * The uncompressed bytes in pieces, each valid until the next one; returns what `source` returns, which is read to its end in any case. Behind a
 * member comes another one, or a zero: that is padding, and all that follows it. Disposes of the decompressor.
 */
export function* decompress<R>(source: Iterator<Uint8Array, R>, opened: Decompressor, { what, tooShort }: Words): Generator<Uint8Array, R> {
  using decompressor = opened;
  const output = new Uint8Array(OUTPUT);
  let isPadding = false;
  for (;;) {
    const { value: input, done } = source.next();
    if (done) {
      if (decompressor.isOver) return input;
      throw new RuntimeError("integrity", `cannot uncompress ${what}: ${tooShort}`);
    }
    for (let at = 0; !isPadding; ) {
      if (decompressor.isOver) {
        if (at === input.length) break;
        isPadding = input[at] === 0;
        if (isPadding) break;
        decompressor.reset();
      }
      during(`cannot uncompress ${what}`, () => decompressor.step(input.subarray(at), output));
      const { used, made, isOver } = decompressor;
      at += used;
      if (made > 0) yield output.subarray(0, made);
      if (at === input.length && made < output.length && !isOver) break;
      if (used === 0 && made === 0 && !isOver) throw new Error("a decompressor that does not go on");
    }
  }
}
