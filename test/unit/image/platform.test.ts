import { expect, test } from "bun:test";
import { isMatch, parsePlatform } from "../../../src/image/format/platform.ts";

test.each([
  ["linux/amd64", "linux/amd64", true],
  ["linux/arm64/v8", "linux/arm64", true],
  ["linux/arm64", "linux/arm64/v8", true],
  ["linux/arm/v6", "linux/arm/v7", false],
  ["linux/arm/v7", "linux/arm", true],
  ["windows/amd64", "linux/amd64", false],
  ["linux/386", "linux/amd64", false],
])("an image for %s is what %s asks for: %p", (offered, wanted, expected) => {
  expect(isMatch(parsePlatform(offered), parsePlatform(wanted))).toBe(expected);
});

test.each(["linux", "linux/a b", `linux/${"a".repeat(65)}`, "linux/", "/amd64", "linux/arm/", "linux/arm/v7/x", ""])(
  "%p is no platform",
  (text) => {
    expect(() => parsePlatform(text)).toThrow(`cannot use ${JSON.stringify(text)} as platform: it is none`);
  },
);
