/** The words of the GVariant text format: type keywords, ranges of integers, escapes in quotes. Pure. */

/** Type keywords (GVariant Text Format, Type Annotations) by their D-Bus types. */
export const KEYWORDS: Readonly<Record<string, string>> = {
  boolean: "b",
  byte: "y",
  int16: "n",
  uint16: "q",
  int32: "i",
  uint32: "u",
  int64: "x",
  uint64: "t",
  double: "d",
  string: "s",
  objectpath: "o",
  signature: "g",
};

/** From the least to the most. */
export const INTEGERS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  y: [0n, 255n],
  n: [-(1n << 15n), (1n << 15n) - 1n],
  q: [0n, (1n << 16n) - 1n],
  i: [-(1n << 31n), (1n << 31n) - 1n],
  u: [0n, (1n << 32n) - 1n],
  x: [-(1n << 63n), (1n << 63n) - 1n],
  t: [0n, (1n << 64n) - 1n],
};

export const TYPES_OF_TEXT: readonly string[] = ["s", "o", "g"];

const LETTERS: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const CODE = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{1,3}))/;

/** What stands for the escape at the beginning of `text`, after its backslash; another character stands for itself. */
export function escapeOf(text: string): { readonly character: string | undefined; readonly length: number } {
  const [found = "", four, eight, two, octal] = CODE.exec(text) ?? [];
  if (found !== "") {
    const code = octal === undefined ? Number.parseInt(four ?? eight ?? two ?? "", 16) : Number.parseInt(octal, 8);
    return { character: isCharacter(code) ? String.fromCodePoint(code) : undefined, length: found.length };
  }
  const letter = text[0];
  return { character: letter === undefined ? undefined : (LETTERS[letter] ?? letter), length: 1 };
}

/** Half of a surrogate pair is none. */
function isCharacter(code: number): boolean {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}
