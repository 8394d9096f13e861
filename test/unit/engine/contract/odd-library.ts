/** Functions of a library with every type in every position: test/native/odd-library.c. */
import { createCallback, encode, openLibrary, putLatin1, readFields, readFileAt, releaseCallback, writeFields } from "#host";
import { Callback } from "../../../../src/engine/foreign.ts";
import type { Library, ParameterType } from "../../../../src/engine/host.ts";
import { type Case, refuses, same, unchecked } from "./case.ts";

const EXTREMES: readonly (readonly [ParameterType, readonly (number | bigint)[]])[] = [
  ["i8", [0, 1, -1, 127, -128]],
  ["u8", [0, 255]],
  ["i16", [-1, 32767, -32768]],
  ["u16", [0, 65535]],
  ["i32", [-1, 2 ** 31 - 1, -(2 ** 31)]],
  ["u32", [0, 2 ** 31, 2 ** 32 - 1]],
  ["i64", [-1n, 2n ** 63n - 1n, -(2n ** 63n)]],
  ["u64", [0n, 2n ** 64n - 1n]],
  ["f64", [-0.5, 1e300, Number.POSITIVE_INFINITY]],
  ["pointer", [4096, 2 ** 47 - 1]],
];

const ALL = ["u8", "i64", "u16", "pointer", "i32", "u64", "f64", "i8", "u32", "i16"] as const satisfies readonly ParameterType[];
const VALUES = [200, -5n, 60000, 4096, -7, 2n ** 64n - 1n, 0.5, -8, 4_000_000_000, -300] as const;

export function oddLibraryCases(path: string): readonly Case[] {
  const library = openLibrary(path);
  return [...valueCases(library), ...callbackCases(library)];
}

function valueCases(library: Library): readonly Case[] {
  return [
    ...EXTREMES.map(([type, values]) => ({
      title: `the extremes of ${type} pass into a function and a callback, and out again`,
      run: () => {
        const echo = unchecked(library(`echo_${type}`, type, [type]));
        const call = unchecked(library(`call_${type}`, type, ["pointer", type]));
        using callback = new Callback((value) => value as never, type, [type]);
        for (const value of values) {
          same(echo(value), value);
          same(call(callback.address, value), value);
        }
      },
    })),
    {
      title: "null passes into a callback and out again",
      run: () => {
        using callback = new Callback((value: number | null) => value, "pointer", ["pointer"]);
        same(library("call_pointer", "pointer", ["pointer", "pointer"])(callback.address, null), null);
      },
    },
    {
      title: "more arguments than registers arrive in order",
      run: () => {
        same(library("describe", "text", ALL)(...VALUES), "200 -5 60000 4096 -7 18446744073709551615 0.5 -8 4000000000 -300");
        const seen: unknown[] = [];
        using callback = new Callback((...got) => seen.push(...got), "i32", ALL);
        same(library("call_with_all", "i32", ["pointer"])(callback.address), VALUES.length);
        same(seen, [...VALUES]);
      },
    },
  ];
}

function callbackCases(library: Library): readonly Case[] {
  return [
    {
      title: "a callback that a library keeps works in a later call, and returns zero after its release",
      run: () => {
        const callback = createCallback(() => 7, "i32", []);
        library("keep", "void", ["pointer"])(callback);
        const call = library("call_kept", "i32", []);
        same(call(), 7);
        releaseCallback(callback);
        same(call(), 0);
      },
    },
    {
      title: "a callback can release itself",
      run: () => {
        const callback: number = createCallback(
          () => {
            releaseCallback(callback);
            return 5;
          },
          "i32",
          [],
        );
        library("keep", "void", ["pointer"])(callback);
        same(library("call_kept", "i32", [])(), 5);
        same(library("call_kept", "i32", [])(), 0);
      },
    },
    {
      title: "an error from a callback of one call does not leak into the next",
      run: () => {
        using callback = new Callback(() => refuse(), "i32", []);
        library("keep", "void", ["pointer"])(callback.address);
        const call = library("call_kept", "i32", []);
        for (let i = 0; i < 3; i++) {
          same(
            refuses("TypeError", () => call()),
            "refused",
          );
        }
        same(library("echo_i32", "i32", ["i32"])(3), 3);
      },
    },
  ];
}

/** What only the host guarantees: Bun has its own threads, and memory that cannot be made immutable. */
export function hostOnlyCases(path: string): readonly Case[] {
  const library = openLibrary(path);
  return [
    {
      title: "a callback on another thread returns zero",
      run: () => {
        let calls = 0;
        using callback = new Callback(() => ++calls, "i32", []);
        library("keep", "void", ["pointer"])(callback.address);
        same(library("call_kept_in_thread", "i32", [])(), 0);
        same(calls, 0);
      },
    },
    {
      title: "a callback cannot detach memory that a library still writes to",
      run: () => {
        const memory = new Uint8Array(4);
        using callback = new Callback(
          () => {
            refuses("TypeError", () => memory.buffer.transfer());
            return undefined;
          },
          "void",
          [],
        );
        library("fill_after", "void", ["pointer", "pointer", "i32"])(callback.address, memory, 4);
        same(memory, Uint8Array.of(0, 1, 2, 3));
        memory[0] = 9;
        same(memory[0], 9);
        memory.buffer.transfer();
      },
    },
    {
      title: "memory that cannot be written to is refused where something would be put, and is read",
      run: () => {
        const fixed = new Uint8Array((Uint8Array.of(0x61, 0x62).buffer as unknown as Fixable).transferToImmutable());
        for (const memory of [fixed, fixed.subarray(1), new Uint16Array(fixed.buffer)]) {
          refuses("TypeError", () => putLatin1(memory, 0, "x"));
          refuses("TypeError", () => writeFields(memory, 0, Uint8Array.of(1, 1), "x"));
          refuses("TypeError", () => readFileAt(-1, encode("/proc/self/status", true), memory));
        }
        same(readFields(fixed, 0, Uint8Array.of(1, 2)), ["ab"]);
      },
    },
    {
      title: "no buffer can be resized or shared",
      run: () => {
        same("resize" in ArrayBuffer.prototype, false);
        same(typeof SharedArrayBuffer, "undefined");
      },
    },
    {
      title: "no text is compiled at run time",
      run: () => void refuses("TypeError", () => new Function("return 1")),
    },
  ];
}

interface Fixable {
  transferToImmutable(): ArrayBuffer;
}

function refuse(): never {
  throw new TypeError("refused");
}
