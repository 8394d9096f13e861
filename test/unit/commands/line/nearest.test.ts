import { expect, test } from "bun:test";
import { nearest } from "../../../../src/commands/line/nearest.ts";

const WORDS = ["create", "start", "run", "state", "kill", "delete", "list", "console-socket"];

test.each([
  ["a missing letter", "creat", "create"],
  ["a wrong letter", "dalete", "delete"],
  ["an added letter", "kiill", "kill"],
  ["two swapped letters", "satrt", "start"],
  ["the beginning of a word, rather than a slip", "stat", "state"],
  ["a long beginning", "console", "console-socket"],
  ["nothing near", "freeze", undefined],
  ["a short word with two slips", "fan", undefined],
  ["one letter", "x", undefined],
  ["an empty word", "", undefined],
])("it finds %s", (_, word, expected) => {
  expect(nearest(word, WORDS)).toBe(expected as string);
});
