/** Byte strings, sums and digits: host.ts, encodeLatin1 to hexAfter. */
import { decodeLatin1, encode, encodeLatin1, hexAfter, isCleanPath, measureJson, putLatin1, sumBytes } from "#host";
import { type Case, randomBytes, refuses, same, unchecked } from "./case.ts";

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, i) => i);

export const bytesCases: readonly Case[] = [
  {
    title: "every byte is a character, and the same byte again",
    run: () => {
      const text = decodeLatin1(EVERY_BYTE);
      same(text.length, 256);
      for (let i = 0; i < 256; i++) same(text.charCodeAt(i), i);
      same(encodeLatin1(text), EVERY_BYTE);
      const random = randomBytes(7);
      for (let size = 0; size < 100; size++) {
        const bytes = random(size);
        same(encodeLatin1(decodeLatin1(bytes)), bytes);
      }
    },
  },
  {
    title: "of other characters the low byte counts, of each half of a pair its own, and a NUL may stand anywhere",
    run: () => {
      same(encodeLatin1("\u0141\u{1f600}\udcff"), Uint8Array.from([0x41, 0x3d, 0x00, 0xff]));
      same(encodeLatin1("a\0b", true), Uint8Array.from([0x61, 0, 0x62, 0]));
      same(encodeLatin1("", true), new Uint8Array(1));
      same(encodeLatin1("", false), new Uint8Array(0));
    },
  },
  {
    title: "text is put into memory where it is told, and nowhere else",
    run: () => {
      const bytes = new Uint8Array(6).fill(0xee);
      putLatin1(bytes, 1, "a\0\xe9\u0141");
      same(bytes, Uint8Array.from([0xee, 0x61, 0, 0xe9, 0x41, 0xee]));
      putLatin1(bytes, 6, "");
      putLatin1(bytes.subarray(4), 0, "bc");
      same(bytes, Uint8Array.from([0xee, 0x61, 0, 0xe9, 0x62, 0x63]));
      const words = new Uint16Array(2);
      putLatin1(words, 1, "ab");
      same(words, Uint16Array.from([0x6100, 0x0062]));
      for (const [at, text] of [
        [5, "ab"],
        [7, ""],
        [-1, "a"],
        [0, "1234567"],
        [0, "\xe9".repeat(7)],
      ] as const) {
        refuses("RangeError", () => putLatin1(bytes, at, text));
      }
      same(bytes, Uint8Array.from([0xee, 0x61, 0, 0xe9, 0x62, 0x63]));
      refuses("TypeError", () => unchecked(putLatin1)(bytes, 0, 1));
      refuses("TypeError", () => unchecked(putLatin1)(bytes, 0));
      refuses("TypeError", () => unchecked(putLatin1)(bytes, "0", "a"));
      refuses("TypeError", () => unchecked(putLatin1)("bytes", 0, "a"));
    },
  },
  {
    title: "a part of the bytes is taken from its start to its end, of whatever array",
    run: () => {
      const words = new Uint16Array([0x6261, 0xe963, 0xffff]);
      same(decodeLatin1(words, 1, 4), "bcé");
      same(decodeLatin1(words, 2), "cé\xff\xff");
      same(decodeLatin1(words.subarray(1), 0, 1), "c");
      same(sumBytes(words, 1, 4), 0x62 + 0x63 + 0xe9);
      same(sumBytes(words), 0x61 + 0x62 + 0x63 + 0xe9 + 2 * 0xff);
      same([sumBytes(new Uint8Array(0)), sumBytes(words, 3, 3), decodeLatin1(words, 6)], [0, 0, ""]);
      same(sumBytes(new Uint8Array(1 << 20).fill(255)), 255 * 2 ** 20);
    },
  },
  {
    title: "JSON is measured by its brackets and commas, without those in strings",
    run: () => {
      const extents: readonly (readonly [json: string, levels: number, values: number])[] = [
        ["", 0, 0],
        ["1", 0, 0],
        ["[1, 2, 3]", 1, 3],
        ['{"a": [{}, {"b": []}], "c": 1}', 4, 7],
        ['["[{,", "\\"[", "\\\\", []]', 2, 5],
        ["]]][", 0, 1],
        ["[[]]]][[", 2, 4],
        ['["unended [[[', 1, 1],
        ['["unended \\', 1, 1],
        ['"\u00e9[\u{1f600}" []', 1, 1],
        ["[".repeat(5000), 5000, 5000],
      ];
      for (const [json, levels, values] of extents) same(measureJson(encode(json)), [levels, values]);
      same(measureJson(new Uint16Array([0x5b5b])), [2, 2]);
      refuses("TypeError", () => unchecked(measureJson)("[]"));
      refuses("TypeError", () => unchecked(measureJson)(new Uint8Array(1), 0));
    },
  },
  {
    title: "hex digits are counted behind a prefix, if there is nothing else",
    run: () => {
      const counts: readonly (readonly [prefix: string, text: string, count: number])[] = [
        ["sha256:", `sha256:${"0123456789abcdef".repeat(4)}`, 64],
        ["sha256:", "sha256:", 0],
        ["sha256:", "sha256", -1],
        ["sha256:", "sha512:00", -1],
        ["sha256:", "SHA256:00", -1],
        ["", "", 0],
        ["", "09af", 4],
        ["", "09aF", -1],
        ["", "09ag", -1],
        ["", "/9", -1],
        ["", ":9", -1],
        ["", "`a", -1],
        ["", "00 ", -1],
        ["", "0\0", -1],
        ["0", "00\n", -1],
        ["", "\u0130", -1],
        ["\u00e9", "\u00e9ff", 2],
        ["\udcff", "\udcffff", 2],
        ["", "a".repeat(100_000), 100_000],
      ];
      for (const [prefix, text, count] of counts) same(hexAfter(prefix, text), count);
      for (const bad of [undefined, null, 1, {}]) {
        refuses("TypeError", () => unchecked(hexAfter)(bad, ""));
        refuses("TypeError", () => unchecked(hexAfter)("", bad));
      }
      refuses("TypeError", () => unchecked(hexAfter)(""));
      refuses("TypeError", () => unchecked(hexAfter)("", "", ""));
    },
  },
  {
    title: "a path is clean that is absolute, without components that are empty or begin with a dot",
    run: () => {
      for (const path of ["/", "/a", "/a/b", "/a./b..", "/\u00e9/\udcff", `/${"a".repeat(100_000)}`, "/a\0b"])
        same(isCleanPath(path), true);
      for (const path of ["", "a", "//", "/a/", "/a//b", "/.", "/..", "/a/../b", "/a/.b", "\0/", "/a/\0/"]) same(isCleanPath(path), false);
      for (const bad of [undefined, null, 1, {}]) refuses("TypeError", () => unchecked(isCleanPath)(bad));
      refuses("TypeError", () => unchecked(isCleanPath)("/", "/"));
    },
  },
  {
    title: "what is no text, no memory or no part of it is refused",
    run: () => {
      const bytes = new Uint8Array(4);
      for (const bad of [undefined, null, 1, {}, new ArrayBuffer(4)]) {
        refuses("TypeError", () => unchecked(encodeLatin1)(bad));
        refuses("TypeError", () => unchecked(decodeLatin1)(bad));
        refuses("TypeError", () => unchecked(sumBytes)(bad));
      }
      for (const action of [decodeLatin1, sumBytes]) {
        refuses("RangeError", () => action(bytes, 0, 5));
        refuses("RangeError", () => action(bytes, 3, 2));
        refuses("RangeError", () => action(bytes, -1));
        refuses("TypeError", () => unchecked(action)(bytes, "0"));
        refuses("TypeError", () => unchecked(action)(bytes, 0, 1, 2));
      }
      refuses("TypeError", () => unchecked(encodeLatin1)("a", 1));
      refuses("TypeError", () => unchecked(encodeLatin1)("a", true, 1));
      const gone = new Uint8Array(4);
      gone.buffer.transfer();
      refuses("TypeError", () => sumBytes(gone));
    },
  },
];
