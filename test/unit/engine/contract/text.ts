/** Text and bytes: host.ts, encode and decode. */
import { decode, encode } from "#host";
import { type Case, randomBytes, refuses, same, unchecked } from "./case.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Invalid UTF-8, and which of its bytes are escaped. */
const INVALID: readonly (readonly [what: string, bytes: Uint8Array, text: string])[] = [
  ["a byte that begins nothing", bytes(0x61, 0xff, 0x62), "a\udcffb"],
  ["a continuation without a beginning", bytes(0x80, 0xbf), "\udc80\udcbf"],
  ["a sequence that ends too early", bytes(0xe2, 0x82, 0x41), "\udce2\udc82A"],
  ["a sequence that the end cuts off", bytes(0xf0, 0x9f, 0x98), "\udcf0\udc9f\udc98"],
  ["an overlong slash", bytes(0xc0, 0xaf), "\udcc0\udcaf"],
  ["an overlong slash of three bytes", bytes(0xe0, 0x80, 0xaf), "\udce0\udc80\udcaf"],
  ["an overlong slash of four bytes", bytes(0xf0, 0x80, 0x80, 0xaf), "\udcf0\udc80\udc80\udcaf"],
  ["a surrogate", bytes(0xed, 0xa0, 0x80), "\udced\udca0\udc80"],
  ["the surrogate that stands for a byte", bytes(0xed, 0xb3, 0xbf), "\udced\udcb3\udcbf"],
  ["a code point beyond Unicode", bytes(0xf4, 0x90, 0x80, 0x80), "\udcf4\udc90\udc80\udc80"],
  ["five bytes", bytes(0xf8, 0x88, 0x80, 0x80, 0x80), "\udcf8\udc88\udc80\udc80\udc80"],
  ["a byte between valid characters", bytes(0xc3, 0xa9, 0xe9, 0xc3, 0xa9), "é\udce9é"],
];

const VALID: readonly string[] = [
  "",
  "a",
  "\0",
  "\x7f\x80",
  "é\u07ff\u0800",
  "\ud7ff\ue000\uffff",
  "\u{10000}\u{10ffff}",
  "\ufeffbyte order mark",
];

export const textCases: readonly Case[] = [
  ...VALID.map((text) => ({
    title: `${JSON.stringify(text)} is UTF-8 as bytes, and the same text again`,
    run: () => {
      same(encode(text), new Uint8Array(utf8(text)));
      same(decode(encode(text)), text);
    },
  })),
  ...INVALID.map(([what, invalid, text]) => ({
    title: `${what} survives as lone surrogates`,
    run: () => {
      same(decode(invalid), text);
      same(encode(text), invalid);
      same(JSON.parse(JSON.stringify(decode(invalid))), text);
    },
  })),
  {
    title: "any bytes come back from text, and from JSON",
    run: () => {
      const random = randomBytes(7);
      for (let i = 0; i < 3000; i++) {
        const original = random(i % 67);
        const text = decode(original);
        same(encode(text), original);
        same(encode(JSON.parse(JSON.stringify(text)) as string), original);
      }
    },
  },
  {
    title: "bytes that look like UTF-8 come back from text",
    run: () => {
      const parts = [[0x41], [0xc3], [0xa9], [0xe2, 0x82], [0xac], [0xed], [0xa0, 0x80], [0xf0, 0x9f], [0x98, 0x80], [0xb2], [0xff]];
      const random = randomBytes(11);
      for (let i = 0; i < 3000; i++) {
        const original = Uint8Array.from([...random(i % 12)].flatMap((choice) => parts[choice % parts.length] ?? []));
        same(encode(decode(original)), original);
      }
    },
  },
  {
    title: "every byte alone, and every pair of bytes, comes back from text",
    run: () => {
      for (let first = 0; first < 256; first++) {
        same(encode(decode(bytes(first))), bytes(first));
        for (let second = 0; second < 256; second += 3) same(encode(decode(bytes(first, second))), bytes(first, second));
      }
    },
  },
  {
    title: "lone surrogates that stand for no byte become the replacement character",
    run: () => {
      for (const lone of ["\ud800", "\udbff", "\udc00", "\udc7f", "\udd00", "\udfff"])
        same(encode(`a${lone}b`), bytes(0x61, 0xef, 0xbf, 0xbd, 0x62));
    },
  },
  {
    title: "a surrogate pair is one character, whatever its second half",
    run: () => same(encode("\ud83d\udc80"), bytes(0xf0, 0x9f, 0x92, 0x80)),
  },
  {
    title: "text ends with a NUL if asked, and contains no other",
    run: () => {
      same(encode("a\udcff", true), bytes(0x61, 0xff, 0));
      same(encode("a", false), bytes(0x61));
      same(encode("", true), bytes(0));
      refuses("TypeError", () => encode("a\0b", true));
      same(encode("a\0b"), bytes(0x61, 0, 0x62));
    },
  },
  {
    title: "a range of the bytes is decoded, and no more than there are",
    run: () => {
      const all = encode("abcdef");
      same(decode(all, 2), "cdef");
      same(decode(all, 2, 4), "cd");
      same(decode(all, 6), "");
      same(decode(all.subarray(1, 5), 1, 3), "cd");
      for (const range of [[7], [-1], [3, 2], [0, 7], [0.5], [Number.NaN], [2 ** 60]]) refuses("RangeError", () => decode(all, ...range));
    },
  },
  { title: "bytes of any typed array are decoded", run: () => same(decode(new Uint16Array([0x6261, 0x6463])), "abcd") },
  { title: "long text survives", run: () => same(decode(encode("é".repeat(100_000))).length, 100_000) },
  {
    title: "text and bytes of other types are refused",
    run: () => {
      for (const value of [undefined, null, 1, 1n, true, {}, [], new Uint8Array(1), Symbol.iterator]) {
        refuses("TypeError", () => unchecked(encode)(value));
      }
      for (const value of [undefined, null, 1, "text", {}, [1], new ArrayBuffer(1), new DataView(new ArrayBuffer(1))]) {
        refuses("TypeError", () => unchecked(decode)(value));
      }
      refuses("TypeError", () => unchecked(encode)());
      refuses("TypeError", () => unchecked(encode)("a", 1));
      refuses("TypeError", () => unchecked(encode)("a", true, true));
      refuses("TypeError", () => unchecked(decode)(bytes(1), 0, 1, 1));
      refuses("TypeError", () => unchecked(decode)(bytes(1), "0"));
    },
  },
  {
    title: "transferred memory is refused",
    run: () => {
      const gone = bytes(1, 2, 3);
      (gone.buffer as ArrayBuffer).transfer();
      refuses("TypeError", () => decode(gone));
    },
  },
];

/** UTF-8 by its definition, of well-formed text. */
function utf8(text: string): number[] {
  return [...text].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    const tail = (count: number): number[] => Array.from({ length: count }, (_, i) => 0x80 | ((code >> (6 * (count - 1 - i))) & 0x3f));
    if (code < 0x80) return [code];
    if (code < 0x800) return [0xc0 | (code >> 6), ...tail(1)];
    if (code < 0x10000) return [0xe0 | (code >> 12), ...tail(2)];
    return [0xf0 | (code >> 18), ...tail(3)];
  });
}
