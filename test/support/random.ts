/** Reproducible random numbers: seeded by $LAMINA_TEST_SEED, or always the same. A failure should name the seed. */

export const SEED = Number(process.env.LAMINA_TEST_SEED ?? 1);

/** Numbers from 0 to below 1; another `stream` of the same seed has different ones. Mulberry32. */
export function randomNumbers(stream: number, seed = SEED): () => number {
  let state = (seed * 0x9e3779b1 + stream * 0x85ebca6b) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
