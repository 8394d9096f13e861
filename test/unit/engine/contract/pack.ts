/** Numbers, texts and bytes as one piece of memory: host.ts, pack. */
import { encode, pack } from "#host";
import type { Packable } from "../../../../src/engine/host.ts";
import { type Case, randomBytes, refuses, same, unchecked } from "./case.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function nested(depth: number): Packable[] {
  let list: Packable[] = [];
  for (let i = 0; i < depth; i++) list = [list];
  return list;
}

export const packCases: readonly Case[] = [
  { title: "nothing packed is empty", run: () => same(pack([]), bytes()) },
  {
    title: "numbers are four bytes, and bigints eight, signed or not",
    run: () => {
      same(pack([1, 0xffff_ffff, -1, -0x8000_0000]), bytes(1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 128));
      same(pack([2 ** 31, 258.0]), bytes(0, 0, 0, 128, 2, 1, 0, 0));
      same(pack([2n ** 64n - 1n]), bytes(255, 255, 255, 255, 255, 255, 255, 255));
      same(pack([-(2n ** 63n), 3n]), bytes(0, 0, 0, 0, 0, 0, 0, 128, 3, 0, 0, 0, 0, 0, 0, 0));
    },
  },
  {
    title: "text is its size, its bytes and a NUL, whatever its bytes",
    run: () => same(pack(["", "aé", "\udcff"]), bytes(0, 0, 0, 0, 0, 3, 0, 0, 0, 0x61, 0xc3, 0xa9, 0, 1, 0, 0, 0, 0xff, 0)),
  },
  {
    title: "memory is its size and its bytes, of whatever array",
    run: () => {
      same(pack([new Uint8Array(0), new Uint16Array([1, 2, 3]).subarray(1)]), bytes(0, 0, 0, 0, 4, 0, 0, 0, 2, 0, 3, 0));
      const random = randomBytes(5)(100_000);
      same(pack([random]).subarray(4), random);
    },
  },
  {
    title: "an array is the size of its items, and these",
    run: () => {
      same(
        pack([7, [[], 1, ["a"]], 8]),
        bytes(7, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0x61, 0, 8, 0, 0, 0),
      );
      const many = Array.from({ length: 5000 }, (_, i) => `item ${i}`);
      same(pack([many]).length, 4 + many.reduce((sum, text) => sum + 5 + encode(text).length, 0));
    },
  },
  {
    title: "items, numbers and arrays that cannot be packed are refused",
    run: () => {
      for (const wrong of [undefined, null, true, {}, Symbol("a"), () => 0, new ArrayBuffer(2), "a\0b"]) {
        refuses("TypeError", () => unchecked(pack)([1, wrong]));
        refuses("TypeError", () => unchecked(pack)([[wrong]]));
      }
      for (const wrong of [2 ** 32, -(2 ** 31) - 1, 0.5, Number.NaN, 2n ** 64n]) refuses("RangeError", () => pack([wrong]));
      refuses("RangeError", () => pack(nested(9)));
      same(pack(nested(8)).length, 32);
      refuses("TypeError", () => unchecked(pack)());
      refuses("TypeError", () => unchecked(pack)([], 1));
      refuses("TypeError", () => unchecked(pack)("a"));
    },
  },
];
