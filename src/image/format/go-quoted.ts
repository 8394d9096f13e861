/** Text as Go's strconv.Quote writes it (%q), which logrus does with every message: JSON's escapes and more. Pure. */

/** Of one character. */
const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};
/** Hexadecimal digits. */
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const FIRST_BYTE_BEYOND = 0x80;

/**
 * What stands between the quotation mark at `start` and the one that ends it; undefined if there are not both. Escapes that mean no character, such as bytes
 * of no UTF-8, stay as they are. Takes linear time.
 */
export function decodeGoQuoted(text: string, start: number): string | undefined {
  if (text[start] !== '"') return undefined;
  const parts: string[] = [];
  let from = start + 1;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character !== '"' && character !== "\\") continue;
    parts.push(text.slice(from, at));
    if (character === '"') return parts.join("");
    const { value, length } = decodeEscape(text, at);
    parts.push(value);
    from = at + length;
    at = from - 1;
  }
  return undefined;
}

/** The escape whose backslash is at `at`. */
function decodeEscape(text: string, at: number): { readonly value: string; readonly length: number } {
  const kind = text[at + 1] ?? "";
  const letter = Object.hasOwn(LETTERS, kind) ? LETTERS[kind] : undefined;
  if (letter !== undefined) return { value: letter, length: 2 };
  const count = (Object.hasOwn(DIGITS, kind) && DIGITS[kind]) || 0;
  const digits = text.slice(at + 2, at + 2 + count);
  const code = count > 0 && /^[0-9a-fA-F]+$/.test(digits) && digits.length === count ? Number.parseInt(digits, 16) : Number.NaN;
  const isByte = kind === "x" && code >= FIRST_BYTE_BEYOND;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code <= 0x10ffff && !isByte && !isSurrogate) return { value: String.fromCodePoint(code), length: 2 + count };
  return { value: text.slice(at, at + 2), length: 2 };
}
