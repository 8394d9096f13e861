/** Fields of fixed length: host.ts, readFields and writeFields. */
import { decodeLatin1, encodeLatin1, readFields, writeFields } from "#host";
import { type Case, randomBytes, refuses, same, unchecked } from "./case.ts";

const [SKIPPED, TEXT, CHARACTERS, NUMBER] = [0, 1, 2, 3];

function fields(text: string, ...layout: number[]): unknown {
  return readFields(encodeLatin1(text), 0, Uint8Array.from(layout));
}

function numberIn(text: string): unknown {
  return (fields(text, NUMBER, text.length) as unknown[])[0];
}

export const fieldsCases: readonly Case[] = [
  {
    title: "fields follow each other, and what is skipped is none",
    run: () => {
      same(fields("ab\0c17\0rest", TEXT, 4, NUMBER, 3, SKIPPED, 1, CHARACTERS, 3), ["ab", 15, "est"]);
      same(readFields(encodeLatin1("xxab"), 2, Uint8Array.of(CHARACTERS, 1, CHARACTERS, 1)), ["a", "b"]);
      same(readFields(Uint16Array.of(0x6261, 0x6463), 1, Uint16Array.of(0x0202, 0x0101)), ["bc", "d"]);
      same([fields("ab"), fields("ab", SKIPPED, 2), fields("ab", TEXT)], [[], [], []]);
    },
  },
  {
    title: "text ends with its NUL or its field, and characters only with their field",
    run: () => {
      same(fields("\xe9\xff\0a", TEXT, 4, CHARACTERS, 0), ["\xe9\xff", ""]);
      same(fields("\0ab", TEXT, 3), [""]);
      same(fields("abc", TEXT, 2, TEXT, 1, TEXT, 0), ["ab", "c", ""]);
      same(fields("\0\xe9\0", CHARACTERS, 3), ["\0\xe9\0"]);
    },
  },
  {
    title: "numbers are octal digits between blanks, or two's complement behind a bit",
    run: () => {
      for (const [text, value] of [
        ["0000644\0", 0o644],
        ["  644 \0 ", 0o644],
        ["\0\x0017", 15],
        ["17 9x", 15],
        ["777777777777", 2 ** 36 - 1],
        ["", 0],
        [" \0 ", 0],
        ["\x80\0\x01\x02", 258],
        ["\x85", 5],
        ["\xff\xff\xfe", -2],
        ["\xff", -1],
        [`\x80${"\xff".repeat(6)}`, 2 ** 48 - 1],
        [`\x80${"\xff".repeat(11)}`, 2 ** 88],
      ] as const) {
        same(numberIn(text), value);
      }
      for (const text of ["8", "-1", "17x", "0x17", "1\x80", " \x80"]) same(numberIn(text), undefined);
    },
  },
  {
    title: "whatever the bytes, the fields are those of the layout",
    run: () => {
      const random = randomBytes(11);
      for (let size = 0; size < 60; size++) {
        const bytes = random(size);
        for (const form of [TEXT, CHARACTERS, NUMBER]) same(readFields(bytes, 0, Uint8Array.of(form, size)).length, 1);
      }
    },
  },
  {
    title: "text is filled up with NULs, and a number with zeros in front, where they are told",
    run: () => {
      const bytes = new Uint8Array(16).fill(0x78);
      writeFields(bytes, 1, Uint8Array.of(TEXT, 4, NUMBER, 4, NUMBER, 2, TEXT, 0, TEXT, 2), "a\xe9\u0141", 15, 0, "", "bc");
      same(decodeLatin1(bytes), "xa\xe9A\x00017\x000\0bcxxx");
      writeFields(new Uint16Array(bytes.buffer), 14, Uint16Array.of(0x0203), 7);
      same(decodeLatin1(bytes, 13), "x7\0");
      writeFields(bytes, 0, new Uint8Array(0));
      writeFields(bytes, 0, Uint8Array.of(NUMBER, 12, NUMBER, 1, NUMBER, 0), 2 ** 33 - 1, 0, 0);
      same(decodeLatin1(bytes, 0, 13), "77777777777\0\0");
      const all = new Uint8Array(1024);
      writeFields(all, 0, Uint8Array.of(...Array(4).fill([TEXT, 255]).flat(), TEXT, 4), "", "", "", "", "last");
      same(decodeLatin1(all, 1020), "last");
    },
  },
  {
    title: "what does not fit its field, or the memory, is refused before anything is written",
    run: () => {
      const bytes = new Uint8Array(4).fill(0x78);
      for (const [at, layout, ...items] of [
        [0, [TEXT, 2, TEXT, 1], "a", "bc"],
        [0, [TEXT, 2, NUMBER, 2], "a", 8],
        [0, [TEXT, 2, NUMBER, 0], "a", 1],
        [0, [TEXT, 2, NUMBER, 2], "a", -1],
        [0, [TEXT, 2, NUMBER, 2], "a", 0.5],
        [0, [TEXT, 2, NUMBER, 2], "a", 2 ** 53],
        [0, [TEXT, 5], "a"],
        [3, [TEXT, 1, TEXT, 1], "a", "b"],
        [5, [], ""],
        [0, [SKIPPED, 1], "a"],
        [0, [CHARACTERS, 1], "a"],
      ] as const) {
        const given = layout.length === 0 ? [] : items;
        refuses("RangeError", () => writeFields(bytes, at, Uint8Array.from(layout), ...given));
      }
      const wide = Uint8Array.of(...Array(5).fill([TEXT, 255]).flat());
      refuses("RangeError", () => writeFields(new Uint8Array(2000), 0, wide, "", "", "", "", ""));
      const write = unchecked(writeFields);
      for (const [layout, ...items] of [
        [[TEXT, 2, TEXT, 1], "a"],
        [[TEXT, 2], "a", "b"],
        [[TEXT, 2, TEXT, 1], "a", 1],
        [[TEXT, 2, NUMBER, 1], "a", "1"],
        [[TEXT, 2, NUMBER, 1], "a", undefined],
      ] as const) {
        refuses("TypeError", () => write(bytes, 0, Uint8Array.from(layout), ...items));
      }
      refuses("TypeError", () => write(bytes, 0));
      refuses("TypeError", () => write("bytes", 0, bytes));
      refuses("TypeError", () => write(bytes, 0, "layout"));
      same(decodeLatin1(bytes), "xxxx");
    },
  },
  {
    title: "fields that are longer than the memory, and forms that there are not, are refused",
    run: () => {
      const bytes = new Uint8Array(4);
      for (const [at, ...layout] of [
        [0, TEXT, 5],
        [3, TEXT, 1, NUMBER, 1],
        [0, SKIPPED, 5],
        [5, TEXT, 0],
        [-1, TEXT, 1],
        [0, 4, 1],
        [0, 255, 0],
      ]) {
        refuses("RangeError", () => readFields(bytes, at ?? 0, Uint8Array.from(layout)));
      }
      for (const bad of [undefined, null, "text", [1, 2], new ArrayBuffer(4)]) {
        refuses("TypeError", () => unchecked(readFields)(bad, 0, bytes));
        refuses("TypeError", () => unchecked(readFields)(bytes, 0, bad));
        refuses("TypeError", () => unchecked(readFields)(bytes, bad, bytes));
      }
      refuses("TypeError", () => unchecked(readFields)(bytes, 0));
    },
  },
];
