import { describe, expect, test } from "bun:test";
import {
  concat,
  exactU64,
  hex,
  i16,
  i32,
  i64,
  isEqual,
  latin1,
  latin1Bytes,
  put32,
  put64,
  putLatin1,
  putU16,
  u16,
  u32,
  u64,
} from "../../../src/base/bytes.ts";

const ONES = new Uint8Array(8).fill(0xff);

describe("numbers", () => {
  test("are read little-endian, with and without a sign", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0);
    expect([u16(bytes, 1), u32(bytes, 1), u64(bytes, 0)]).toEqual([0x0302, 0x05040302, 0x0007060504030201]);
    expect([u16(ONES, 0), i16(ONES, 0), u32(ONES, 0), i32(ONES, 0), i64(ONES, 0)]).toEqual([65535, -1, 4294967295, -1, -1]);
    expect([exactU64(ONES, 0), exactU64(bytes, 0)]).toEqual([2n ** 64n - 1n, 0x0007060504030201n]);
  });

  test.each([0, 1, -1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -(2 ** 32), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    "%d is written as 64 bits",
    (value) => {
      const bytes = new Uint8Array(8);
      put64(bytes, 0, value);
      expect(new DataView(bytes.buffer).getBigInt64(0, true)).toBe(BigInt(value));
      expect(i64(bytes, 0)).toBe(value);
      const same = new Uint8Array(8);
      put64(same, 0, BigInt(value));
      expect(same).toEqual(bytes);
    },
  );

  test.each([0, 1, -1, 2 ** 31, 2 ** 32 - 1, -(2 ** 31)])("%d is written as 32 bits", (value) => {
    const bytes = new Uint8Array(6);
    put32(bytes, 1, value);
    expect([bytes[0], bytes[5]]).toEqual([0, 0]);
    expect(i32(bytes, 1)).toBe(value | 0);
  });

  test("are refused outside of the bytes, and beyond what is exact", () => {
    const bytes = new Uint8Array(8);
    for (const at of [-1, 5, 8, 1e9]) {
      expect(() => u32(bytes, at)).toThrow(RangeError);
      expect(() => put32(bytes, at, 1)).toThrow(RangeError);
    }
    expect(() => putU16(bytes, 7, 1)).toThrow(RangeError);
    expect(() => put64(bytes, 0, 2 ** 53)).toThrow(RangeError);
    expect(() => put64(bytes, 0, 0.5)).toThrow(RangeError);
    expect(bytes).toEqual(new Uint8Array(8));
  });
});

describe("byte strings", () => {
  test("have a character for each byte, however many there are", () => {
    const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => i % 256);
    expect(latin1Bytes(latin1(bytes))).toEqual(bytes);
    expect(latin1(bytes, 0x41, 0x44)).toBe("ABC");
  });

  test("are written into bytes, cut where there is no room for all", () => {
    const bytes = new Uint8Array(5);
    putLatin1(bytes, 1, "a\u00ff");
    expect(bytes).toEqual(Uint8Array.of(0, 0x61, 0xff, 0, 0));
    putLatin1(bytes, 3, "xyz", 2);
    expect(latin1(bytes, 3)).toBe("xy");
    expect(() => putLatin1(bytes, 4, "ab")).toThrow(RangeError);
  });
});

test("pieces are joined, filled up or cut", () => {
  const pieces = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)];
  expect(concat(pieces)).toEqual(Uint8Array.of(1, 2, 3));
  expect(concat(pieces, 5)).toEqual(Uint8Array.of(1, 2, 3, 0, 0));
  expect(concat(pieces, 1)).toEqual(Uint8Array.of(1));
});

test("hex digits come in pairs", () => {
  expect(hex(Uint8Array.of(0, 10, 255))).toBe("000aff");
});

test("bytes are compared whole", () => {
  expect(isEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(isEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(isEqual(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false);
});
