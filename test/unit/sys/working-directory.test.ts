import { expect, test } from "bun:test";
import { absolutePath, workingDirectory } from "../../../src/sys/call/working-directory.ts";

test("relative paths count from the working directory, absolute ones do not", () => {
  expect(String(workingDirectory())).toBe(process.cwd());
  expect(["a/../b", ".", "/x//y/."].map((path) => String(absolutePath(path)))).toEqual([`${process.cwd()}/b`, process.cwd(), "/x/y"]);
});
