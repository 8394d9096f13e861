import { expect, test } from "bun:test";
import { type Digest, hexOf } from "../../../src/base/digest.ts";
import { RuntimeError } from "../../../src/base/errors.ts";
import { findImage, named, nameOf, requireImageName } from "../../../src/image/format/image-name.ts";
import { MEDIA } from "../../../src/image/format/media-types.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";

const entry = (content: string, name?: string): { name: string | undefined; digest: Digest } => ({ name, digest: digestOf(content) });
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

test("one image under two names is not ambiguous", () => {
  const again = { ...DEBIAN, name: "stable" };
  expect(findImage([DEBIAN, again], hexOf(DEBIAN.digest).slice(0, 12))).toBe(DEBIAN);
});

test.each([
  ["a name that nobody has", "debian"],
  ["too few digits", hexOf(NAMELESS.digest).slice(0, 3)],
  ["nothing", ""],
])("%s finds no image", (_, word) => {
  expect(() => findImage(ENTRIES, word)).toThrow(`cannot find image ${JSON.stringify(word)}: there is none of that name`);
});

test("a prefix of several digests is refused", () => {
  const twin = { ...WEB, digest: `${DEBIAN.digest.slice(0, -1)}${DEBIAN.digest.endsWith("0") ? "1" : "0"}` as Digest };
  expect(() => findImage([DEBIAN, twin], hexOf(DEBIAN.digest).slice(0, 8))).toThrow("several digests begin so");
});

test.each([
  "a",
  "debian:12",
  "docker.io/library/debian:12.1-slim",
  "localhost:5000/a_b/c@d",
  "A+b--c",
  "my__img---x:v1..2-",
  "reg.example.org:5000/a__b:_t",
])("%p may be a name", (name) => {
  expect(requireImageName(name)).toBe(name);
});

test.each([
  ["docker://alpine:3", "pull docker://alpine:3"],
  ["oci:/srv/layout:web", "import oci:/srv/layout:web"],
  ["docker-archive:./web.tar", "import docker-archive:./web.tar"],
])("%p is no name in the store, and the hint says what brings it there", (word, command) => {
  const failed = ((): RuntimeError | undefined => {
    try {
      findImage(ENTRIES, word);
    } catch (error) {
      if (error instanceof RuntimeError) return error;
    }
    return undefined;
  })();
  expect(failed?.detail.hint).toBe(`bring it into the store first: lamina image ${command}`);
});

test.each(["", "-a", "a/", "/a", "a//b", "a b", "a..b", "../a", "a\n", "ä", "x".repeat(256)])("%p may not be a name", (name) => {
  expect(() => requireImageName(name)).toThrow(/^cannot use ".*" as name of an image: it is none$/);
});

test("a name is added and removed without touching other annotations", () => {
  const annotated = { mediaType: MEDIA.manifest, digest: NAMELESS.digest, size: 1, annotations: { other: "stays" } };
  expect([nameOf(named(annotated, "x")), named(named(annotated, "x"), undefined)]).toEqual(["x", annotated]);
});
