/** The words for errno numbers. */
import { expect, test } from "bun:test";
import { openLibrary } from "../../../src/engine/foreign.ts";
import { errnoName } from "../../../src/sys/call/errno.ts";
import { strerror } from "../../../src/sys/call/errno-words.ts";

const LAST = 133;

test("the words are those of the C library that most hosts have", () => {
  const libc = openLibrary("libc.so.6");
  if (typeof libc === "string") throw new Error(libc);
  const theirs = libc("strerror", "text", ["i32"]);
  const known = Array.from({ length: LAST }, (_, i) => i + 1).filter((errno) => errnoName(errno) !== "-");
  expect(known.map((errno) => [errno, strerror(errno)])).toEqual(known.map((errno) => [errno, theirs(errno)?.toLowerCase() ?? ""]));
});

test.each([0, 41, LAST + 1, 512])("%d has none", (errno) => {
  expect(strerror(errno)).toBe(`error ${errno}`);
});
