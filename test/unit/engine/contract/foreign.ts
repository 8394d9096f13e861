/** Functions of libraries: host.ts, openLibrary to releaseCallback. libc is the library that is always there. */
import { createCallback, decode, encode, lastErrno, openLibrary, readMemory, releaseCallback } from "#host";
import { Callback } from "../../../../src/engine/foreign.ts";
import type { ForeignFunction, Library, ParameterType } from "../../../../src/engine/host.ts";
import { type Case, refuses, same, unchecked } from "./case.ts";
import { ENOENT } from "./numbers.ts";

/** Not opened before it is used: when modules are loaded, this may not be the machine that they run on. */
const libc = ((...binding: Parameters<Library>) => openLibc()(...binding)) as Library;

function openLibc(): Library {
  try {
    return openLibrary("libc.so.6");
  } catch {
    return openLibrary("libc.so");
  }
}

const qsort: ForeignFunction<["pointer", "u64", "u64", "pointer"], "void"> = (...sorted) =>
  libc("qsort", "void", ["pointer", "u64", "u64", "pointer"])(...sorted);
const readNumber = (at: number | null): number => new DataView(readMemory(at ?? 0, 4).buffer).getInt32(0, true);
const compare = (a: number | null, b: number | null): number => readNumber(a) - readNumber(b);

export const foreignCases: readonly Case[] = [
  {
    title: "functions take and return integers of every size",
    run: () => {
      same(libc("abs", "i32", ["i32"])(-7), 7);
      same(libc("labs", "i64", ["i64"])(-(2n ** 62n)), 2n ** 62n);
      same(libc("llabs", "i64", ["i64"])(-5), 5n);
      same(libc("htons", "u16", ["u16"])(0x1234), 0x3412);
      same(libc("htonl", "u32", ["u32"])(0x12345680), 0x80563412);
      same(libc("toupper", "i32", ["i32"])(97), 65);
      same(libc("toupper", "u8", ["i32"])(97), 65);
      same(libc("abs", "i8", ["i32"])(255), -1);
      same(libc("abs", "i16", ["i32"])(65535), -1);
      same(libc("labs", "u64", ["u64"])(2n ** 64n - 1n), 1n);
    },
  },
  {
    title: "functions take and return doubles",
    run: () => {
      same(libc("strtod", "f64", ["pointer", "pointer"])("-2.5e3", null), -2500);
      same(libc("ldexp", "f64", ["f64", "i32"])(0.75, 4), 12);
    },
  },
  {
    title: "pointers are text, memory, addresses and null",
    run: () => {
      same(libc("strlen", "u64", ["pointer"])("häß\udcff"), 6n);
      same(libc("strlen", "u64", ["pointer"])(encode("abc", true)), 3n);
      const memory = encode("abc", true);
      const found = libc("strchr", "pointer", ["pointer", "i32"])(memory, 98);
      same(readMemory(found ?? 0, 2), encode("bc"));
      same(libc("strchr", "pointer", ["pointer", "i32"])(memory, 120), null);
      same(libc("strlen", "u64", ["pointer"])(found), 2n);
    },
  },
  {
    title: "text from a library is copied, and a missing text is null",
    run: () => {
      same(libc("strerror", "text", ["i32"])(ENOENT), "No such file or directory");
      same(libc("strchr", "text", ["pointer", "i32"])("a=\udcff", 61), "=\udcff");
      same(libc("getenv", "text", ["pointer"])("LAMINA_THAT_NOBODY_SETS"), null);
    },
  },
  {
    title: "a function with any number of arguments takes those it was bound with",
    run: () => {
      const buffer = new Uint8Array(64);
      const print = libc("snprintf", "i32", ["pointer", "u64", "pointer", "i32", "pointer", "i64"], 3);
      same(print(buffer, 64, "%d %s %ld", -3, "text", 2n ** 40n), 21);
      same(decode(buffer, 0, 21), "-3 text 1099511627776");
    },
  },
  {
    title: "errno is the one of the last call",
    run: () => {
      same(libc("access", "i32", ["pointer", "i32"])("/nonexistent", 0), -1);
      same(lastErrno(), ENOENT);
      libc("abs", "i32", ["i32"])(1);
      same(lastErrno(), 0);
    },
  },
  {
    title: "a missing library or symbol is an error in the loader's words",
    run: () => {
      same(refuses("Error", () => openLibrary("libof-nothing.so.9")).includes("libof-nothing.so.9"), true);
      same(refuses("Error", () => libc("of_nothing", "void", [])).includes("of_nothing"), true);
    },
  },
  {
    title: "a number of arguments other than the bound one is refused",
    run: () => {
      const abs = unchecked(libc("abs", "i32", ["i32"]));
      refuses("TypeError", () => abs());
      refuses("TypeError", () => abs(1, 2));
      refuses("TypeError", () => unchecked(libc("rand", "i32", []))(1));
    },
  },
  {
    title: "arguments out of the range of their type are refused",
    run: () => {
      const ranges: readonly (readonly [ParameterType, readonly (number | bigint)[]])[] = [
        ["i8", [-129, 128]],
        ["u8", [-1, 256]],
        ["i16", [-32769, 32768]],
        ["u16", [-1, 65536]],
        ["i32", [-(2 ** 31) - 1, 2 ** 31]],
        ["u32", [-1, 2 ** 32]],
        ["i64", [2n ** 63n, -(2n ** 63n) - 1n, 2 ** 53]],
        ["u64", [-1, -1n, 2n ** 64n]],
        ["pointer", [2n ** 64n, 0.5]],
      ];
      for (const [type, values] of ranges) {
        const abs = unchecked(libc("abs", "i32", [type]));
        for (const value of [...values, Number.NaN, 1.5]) refuses("RangeError", () => abs(value));
      }
    },
  },
  {
    title: "arguments of other types are refused",
    run: () => {
      for (const type of ["i32", "u64", "f64", "pointer"] as const) {
        const abs = unchecked(libc("abs", "i32", [type]));
        for (const value of [undefined, true, {}, [1], () => 0, new ArrayBuffer(8)]) refuses("TypeError", () => abs(value));
      }
      refuses("TypeError", () => unchecked(libc("abs", "i32", ["i32"]))("1"));
      refuses("TypeError", () => unchecked(libc("abs", "i32", ["i32"]))(new Uint8Array(4)));
      refuses("TypeError", () => unchecked(libc("abs", "i32", ["f64"]))(1n));
      refuses("TypeError", () => libc("strlen", "u64", ["pointer"])("a\0b"));
    },
  },
  {
    title: "unknown types and too many parameters are refused",
    run: () => {
      const bind = unchecked(libc);
      for (const type of ["int", "", "I32", undefined, null, 3, {}]) {
        refuses("TypeError", () => bind("abs", type, []));
        refuses("TypeError", () => bind("abs", "i32", [type]));
      }
      for (const type of ["void", "text"]) refuses("TypeError", () => bind("abs", "i32", [type]));
      for (const list of [undefined, null, "i32", {}, { length: 1 }]) refuses("TypeError", () => bind("abs", "i32", list));
      refuses("RangeError", () => bind("abs", "i32", new Array(17).fill("i32")));
      refuses("RangeError", () => bind("abs", "i32", ["i32"], 2));
      refuses("RangeError", () => bind("abs", "i32", ["i32"], 0));
      refuses("TypeError", () => bind("abs", "i32"));
      refuses("TypeError", () => bind(1, "i32", []));
      refuses("TypeError", () => unchecked(openLibrary)(1));
      refuses("TypeError", () => unchecked(openLibrary)());
    },
  },
  {
    title: "a library calls back",
    run: () => {
      using callback = new Callback(compare, "i32", ["pointer", "pointer"]);
      const numbers = new Int32Array([5, 3, 9, -1, 0]);
      qsort(numbers, 5, 4, callback.address);
      same([...numbers], [-1, 0, 3, 5, 9]);
    },
  },
  {
    title: "an error thrown by a callback is thrown by the call, once, and the callback is not called again",
    run: () => {
      let calls = 0;
      const callback = createCallback(
        () => {
          calls++;
          throw new RangeError("from inside");
        },
        "i32",
        ["pointer", "pointer"],
      );
      same(
        refuses("RangeError", () => qsort(new Int32Array([3, 2, 1]), 3, 4, callback)),
        "from inside",
      );
      same(calls, 1);
      same(libc("abs", "i32", ["i32"])(-1), 1);
      releaseCallback(callback);
    },
  },
  {
    title: "a callback result out of its type's range is an error",
    run: () => {
      using wrong = new Callback((() => "text") as unknown as () => number, "i32", ["pointer", "pointer"]);
      refuses("TypeError", () => qsort(new Int32Array([2, 1]), 2, 4, wrong.address));
      using large = new Callback(() => 2 ** 31, "i32", ["pointer", "pointer"]);
      refuses("RangeError", () => qsort(new Int32Array([2, 1]), 2, 4, large.address));
    },
  },
  {
    title: "a callback can make calls itself",
    run: () => {
      const inner = new Callback(compare, "i32", ["pointer", "pointer"]);
      const sorted: number[][] = [];
      using outer = new Callback(
        (a: number | null, b: number | null) => {
          const numbers = new Int32Array([2, 1]);
          qsort(numbers, 2, 4, inner.address);
          sorted.push([...numbers]);
          return compare(a, b);
        },
        "i32",
        ["pointer", "pointer"],
      );
      const numbers = new Int32Array([2, 1]);
      qsort(numbers, 2, 4, outer.address);
      same([[...numbers], ...sorted], [[1, 2], ...sorted.map(() => [1, 2])]);
      inner[Symbol.dispose]();
    },
  },
  {
    title: "a released callback returns zero, and can be released only once",
    run: () => {
      const callback = createCallback(() => 1, "i32", ["pointer", "pointer"]);
      releaseCallback(callback);
      qsort(new Int32Array([2, 1]), 2, 4, callback);
      refuses("RangeError", () => releaseCallback(callback));
      refuses("RangeError", () => releaseCallback(0));
    },
  },
  {
    title: "callbacks of other kinds are refused",
    run: () => {
      const create = unchecked(createCallback);
      for (const value of [undefined, null, 1, "f", {}]) refuses("TypeError", () => create(value, "i32", []));
      refuses("TypeError", () => create(() => 0, "text", []));
      refuses("TypeError", () => create(() => 0, "int", []));
      refuses("TypeError", () => create(() => 0, "i32", ["void"]));
      refuses("TypeError", () => create(() => 0, "i32"));
      refuses("TypeError", () => unchecked(releaseCallback)("1"));
    },
  },
];
