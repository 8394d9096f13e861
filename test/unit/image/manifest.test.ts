import { expect, test } from "bun:test";
import { RuntimeError } from "../../../src/base/errors.ts";
import { parseIndex, parseManifest } from "../../../src/image/format/manifest.ts";
import { isLayer, isNondistributable, MEDIA } from "../../../src/image/format/media-types.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";

const DIGEST = digestOf("");
const CONFIG = { mediaType: MEDIA.config, digest: DIGEST, size: 2 };
const LAYER = { mediaType: MEDIA.layer, digest: DIGEST, size: 3 };
const MANIFEST = { schemaVersion: 2, mediaType: MEDIA.manifest, config: CONFIG, layers: [LAYER] };
const INDEX = { schemaVersion: 2, mediaType: MEDIA.index, manifests: [{ ...CONFIG, mediaType: MEDIA.manifest }] };

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

test("a manifest has its config and its layers, the base first", () => {
  const other = { ...LAYER, size: 4 };
  expect(parseManifest(bytes({ ...MANIFEST, layers: [LAYER, other] }), "m")).toEqual({
    config: CONFIG,
    layers: [LAYER, other],
    annotations: {},
  });
});

test("[L21] an entry of an unknown media type in an index is not an error", () => {
  const odd = { ...CONFIG, mediaType: "application/vnd.example+json" };
  expect(parseIndex(bytes({ ...INDEX, manifests: [odd] }), "i")).toEqual({ manifests: [odd], foreign: [] });
});

test.each<[string, unknown, string]>([
  ["is a manifest and an index at once", { ...MANIFEST, manifests: [] }, "cannot read m: it is a manifest and an index at once"],
  [
    "says that it is something else",
    { ...MANIFEST, mediaType: MEDIA.index },
    `cannot read m: it says that it is "${MEDIA.index}", and its descriptor says ${MEDIA.manifest}`,
  ],
  ["has an unknown schema version", { ...MANIFEST, schemaVersion: 1 }, "cannot read m: its schemaVersion is 1, and 2 is accepted"],
  [
    "is an artifact",
    { ...MANIFEST, config: { ...CONFIG, mediaType: "application/vnd.oci.empty.v1+json" } },
    'cannot read m: it is no container image, for it has a part of type "application/vnd.oci.empty.v1+json"',
  ],
  ["has no config", { ...MANIFEST, config: undefined }, "cannot read m: /config: it is missing and must be an object"],
  ["is a list", [], "cannot read m: it is [] and must be an object"],
])("[L21] a manifest is refused that %s", (_, manifest, message) => {
  expect(() => parseManifest(bytes(manifest), "m", MEDIA.manifest)).toThrow(new RuntimeError("integrity", message));
});

test("[L21] an index with layers is refused", () => {
  expect(() => parseIndex(bytes({ ...INDEX, layers: [] }), "i")).toThrow("cannot read i: it is a manifest and an index at once");
});

test.each<[string, unknown, string]>([
  ["is negative", -1, "it is -1 and must be a whole number and not negative"],
  ["is a fraction", 1.5, "it is 1.5 and must be a whole number and not negative"],
  ["is text", "3", 'it is "3" and must be a whole number and not negative'],
  ["is too large to be counted", 2 ** 60, `it is ${2 ** 60} and must be a whole number and not negative`],
  ["is missing", undefined, "it is missing and must be a whole number and not negative"],
])("[L3] a size that %s is refused", (_, size, reason) => {
  const manifest = { ...MANIFEST, layers: [{ ...LAYER, size }] };
  expect(() => parseManifest(bytes(manifest), "m")).toThrow(`cannot read m: /layers/0/size: ${reason}`);
});

test.each([
  ["of upper-case digits", `sha256:${"A".repeat(64)}`],
  ["that is too short", "sha256:abcd"],
  ["of another algorithm", `sha512:${"a".repeat(128)}`],
  ["that is a path", `sha256:../../${"a".repeat(58)}`],
])("[L3] a digest %s is refused", (_, digest) => {
  const manifest = { ...MANIFEST, layers: [{ ...LAYER, digest }] };
  expect(() => parseManifest(bytes(manifest), "m")).toThrow(`cannot read m: /layers/0/digest: ${JSON.stringify(digest)} is no digest`);
});

test.each([
  ["", false],
  ["+gzip", false],
  ["+zstd", false],
])("[L2] layers of type tar%s are accepted, distributable or not", (suffix) => {
  const plain = `application/vnd.oci.image.layer.v1.tar${suffix}`;
  const foreign = `application/vnd.oci.image.layer.nondistributable.v1.tar${suffix}`;
  expect([isLayer(plain), isNondistributable(plain), isLayer(foreign), isNondistributable(foreign)]).toEqual([true, false, true, true]);
});

test.each([
  ["application/vnd.docker.image.rootfs.diff.tar.gzip", true],
  ["application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", true],
  ["application/vnd.oci.image.layer.v1.tar+xz", false],
  ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", false],
  ["text/plain", false],
])("[L2] %s is a layer: %p", (type, expected) => {
  expect(isLayer(type)).toBe(expected);
});

test("invalid JSON is reported as such", () => {
  expect(() => parseManifest(bytes("{"), "m")).toThrow(/^cannot read m: it is no JSON: /);
  expect(() => parseManifest(Buffer.from([0x22, 0xff, 0x22]), "m")).toThrow(/^cannot read m: it is no JSON: /);
});

test("endless nesting is refused, and not shown", () => {
  const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect(() => parseIndex(bytes(nested), "i")).toThrow(/^cannot read i: it is nested deeper than 1000 levels$/);
  expect(() => parseIndex(bytes(`{"schemaVersion":2,"manifests":[{"digest":${nested}}]}`), "i")).toThrow(/^cannot read i: /);
});
