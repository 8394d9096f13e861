/** Memory by address: host.ts, address to writeMemory. */
import { address, encode, readMemory, readText, syscall, writeMemory } from "#host";
import { type Case, refuses, same, unchecked } from "./case.ts";
import { SYS } from "./numbers.ts";

const PROT_READ_WRITE = 3;
const PRIVATE_ANONYMOUS = 0x22;

export const memoryCases: readonly Case[] = [
  {
    title: "memory is read and written in place",
    run: () => {
      const memory = encode("abcdef");
      same(readMemory(address(memory) + 1, 3), encode("bcd"));
      writeMemory(address(memory.subarray(4)), encode("XY"));
      same(memory, encode("abcdXY"));
      same(readMemory(address(memory), 0), new Uint8Array(0));
    },
  },
  {
    title: "what was read is a copy",
    run: () => {
      const memory = encode("abc");
      const copy = readMemory(address(memory), 3);
      memory.fill(0);
      same(copy, encode("abc"));
    },
  },
  {
    title: "text at an address ends with its NUL",
    run: () => {
      const memory = encode("\udcffé\0rest");
      same(readText(address(memory)), "\udcffé");
      same(readText(address(encode("", true))), "");
    },
  },
  {
    title: "text that ends with the last byte of a mapping is read, and unterminated text is refused",
    run: () => {
      const pages = syscall(SYS.mmap, 0, 65536, PROT_READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
      writeMemory(pages + 65536 - 4, encode("end\0"));
      same(readText(pages + 65536 - 4), "end");
      const long = encode("x".repeat(10_000), true);
      same(readText(address(long)).length, 10_000);
    },
  },
  {
    title: "empty memory has no address",
    run: () => same(address(new Uint8Array(0)), 0),
  },
  {
    title: "an unmapped address is refused",
    run: () => {
      for (const bad of [0, 8, 4095, 2 ** 52]) {
        refuses("RangeError", () => readMemory(bad, 8));
        refuses("RangeError", () => readText(bad));
        refuses("RangeError", () => writeMemory(bad, new Uint8Array(8)));
      }
      refuses("RangeError", () => readMemory(-1, 1));
      refuses("RangeError", () => readMemory(address(encode("a")), -1));
      refuses("RangeError", () => readMemory(address(encode("a")), 2 ** 40));
    },
  },
  {
    title: "other types and numbers of arguments are refused",
    run: () => {
      const here = address(encode("a"));
      for (const value of [undefined, null, "1", {}, true]) {
        refuses("TypeError", () => unchecked(address)(value));
        refuses("TypeError", () => unchecked(readMemory)(value, 1));
        refuses("TypeError", () => unchecked(readMemory)(here, value));
        refuses("TypeError", () => unchecked(readText)(value));
        refuses("TypeError", () => unchecked(writeMemory)(here, value));
      }
      for (const call of [address, readMemory, readText, writeMemory]) {
        refuses("TypeError", () => unchecked(call)());
        refuses("TypeError", () => unchecked(call)(here, 1, 1));
      }
    },
  },
];
