/** Fields of fixed length: host.ts, readFields. */
import { encodeLatin1, readFields } from "#host";
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
