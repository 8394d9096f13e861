import { expect, test } from "bun:test";
import { below, guestPath, hostPath, isWithin } from "../../../src/base/paths.ts";

test.each([
  ["/", "/", "/"],
  ["/", "/a", "/a"],
  ["/a", "/", "/a"],
  ["/a/b", "/c/d", "/a/b/c/d"],
])("below %s, %s is %s", (base, path, expected) => {
  expect(below(hostPath(base), guestPath(path))).toBe(hostPath(expected));
});

test.each([
  ["/a", "/", true],
  ["/a", "/a", true],
  ["/a/b", "/a", true],
  ["/ab", "/a", false],
  ["/", "/a", false],
  ["/a", "/a/b", false],
])("%s is within %s: %p", (path, ancestor, expected) => {
  expect(isWithin(path, ancestor)).toBe(expected);
});
