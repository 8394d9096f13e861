/** Values for engine-fuzz.ts: such as fit an argument, and such as never do. */
export const TYPES = ["void", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f64", "pointer", "text"] as const;
export const NUMBERS = [
  0,
  -0,
  1,
  -1,
  7,
  255,
  256,
  4096,
  65536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 47,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e300,
  0.5,
];
export const ODD_NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
export const BIGINTS = [0n, -1n, 2n ** 31n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 64n, 2n ** 200n, -(2n ** 200n)];
export const TEXTS = [
  "",
  "a",
  "/nonexistent",
  "file",
  "\0",
  "a\0b",
  "é",
  "\udc80\udcff",
  "\ud800",
  "😀\udcff",
  "x".repeat(5000),
  "é".repeat(3000),
  "%s%n",
];
