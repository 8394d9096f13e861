import { expect, test } from "bun:test";
import { digestOf, hexOf } from "../../../src/base/digest.ts";
import { findImage, named, nameOf, requireImageName } from "../../../src/image/image-name.ts";
import type { Descriptor } from "../../../src/image/manifest.ts";
import { MEDIA } from "../../../src/image/media-types.ts";

const entry = (content: string, name?: string): Descriptor =>
  named({ mediaType: MEDIA.manifest, digest: digestOf(content), size: 1 }, name);
const DEBIAN = entry("d", "debian:12");
const WEB = entry("w", "web:latest");
const NAMELESS = entry("n");
const ENTRIES = [DEBIAN, WEB, NAMELESS];

test.each([
  ["its name", "debian:12", DEBIAN],
  ["its name without :latest", "web", WEB],
  ["its whole digest", NAMELESS.digest, NAMELESS],
  ["the beginning of its digest", hexOf(NAMELESS.digest).slice(0, 4), NAMELESS],
])("an image is found by %s", (_, word, expected) => {
  expect(findImage(ENTRIES, word)).toBe(expected);
});

test("one image under two names is no ambiguity", () => {
  const again = named(DEBIAN, "stable");
  expect(findImage([DEBIAN, again], hexOf(DEBIAN.digest).slice(0, 12))).toBe(DEBIAN);
});

test.each([
  ["a name that nobody has", "debian"],
  ["too few digits", hexOf(NAMELESS.digest).slice(0, 3)],
  ["nothing", ""],
])("%s finds no image", (_, word) => {
  expect(() => findImage(ENTRIES, word)).toThrow(`cannot find image ${JSON.stringify(word)}: there is none of that name`);
});

test("digits that begin several digests are refused", () => {
  const twin = { ...WEB, digest: `${DEBIAN.digest.slice(0, -1)}${DEBIAN.digest.endsWith("0") ? "1" : "0"}` as Descriptor["digest"] };
  expect(() => findImage([DEBIAN, twin], hexOf(DEBIAN.digest).slice(0, 8))).toThrow("several digests begin so");
});

test.each(["a", "debian:12", "docker.io/library/debian:12.1-slim", "localhost:5000/a_b/c@d", "A+b--c"])("%p may be a name", (name) => {
  expect(requireImageName(name)).toBe(name);
});

test.each(["", "-a", "a/", "/a", "a//b", "a b", "a..b", "../a", "a\n", "ä", "x".repeat(256)])("%p may not be a name", (name) => {
  expect(() => requireImageName(name)).toThrow(/^cannot use ".*" as name of an image: it is none$/);
});

test("a name is given and taken without touching other annotations", () => {
  const annotated = { ...NAMELESS, annotations: { other: "stays" } };
  expect([nameOf(named(annotated, "x")), named(named(annotated, "x"), undefined)]).toEqual(["x", annotated]);
});
