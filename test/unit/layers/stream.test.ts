/** A layer's bytes: compressed in all ways, cut, damaged, and read to their end. */
import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { RuntimeError } from "../../../src/base/errors.ts";
import { uncompressed } from "../../../src/layers/archive/compression.ts";
import { unpackLayer } from "../../../src/layers/write/unpack.ts";
import { archiveOf, sha256, streamOf } from "../../support/archive.ts";
import { tempDir } from "../../support/temp-dir.ts";

const SKIPPABLE = Buffer.from("\x50\x2a\x4d\x18\x04\0\0\0abcd", "latin1");

/** What comes out, or the error's message. */
function outcomeOf(data: Uint8Array, chunk = data.length): string {
  const pieces: Uint8Array[] = [];
  try {
    for (const piece of uncompressed(streamOf(data, chunk))) pieces.push(piece.slice());
    return Buffer.concat(pieces).toString("latin1");
  } catch (error) {
    if (error instanceof RuntimeError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe("[L2] [L4] [L6] the stream", () => {
  const tar = archiveOf({ name: "a", content: "hello".repeat(1000) }, { name: "b/" });
  const half = tar.length >> 1;

  test.each([
    ["plain", tar, tar],
    ["gzip", gzipSync(tar), tar],
    ["gzip in two members", Buffer.concat([gzipSync(tar.subarray(0, half)), gzipSync(tar.subarray(half))]), tar],
    ["gzip with padding behind its end", Buffer.concat([gzipSync(tar), Buffer.alloc(5000)]), tar],
    ["zstd", zstdCompressSync(tar), tar],
    ["zstd in two frames", Buffer.concat([zstdCompressSync(tar.subarray(0, half)), zstdCompressSync(tar.subarray(half))]), tar],
    ["zstd behind a skippable frame", Buffer.concat([SKIPPABLE, zstdCompressSync(tar)]), tar],
    ["zstd in front of a skippable frame", Buffer.concat([zstdCompressSync(tar), SKIPPABLE]), tar],
    ["zstd with padding behind its end", Buffer.concat([zstdCompressSync(tar), Buffer.alloc(5000)]), tar],
    ["bytes behind the end of the archive", Buffer.concat([tar, Buffer.alloc(3000, 1)]), Buffer.concat([tar, Buffer.alloc(3000, 1)])],
  ])("%s is read and hashed to its end", async (_, data, plain) => {
    for (const chunk of [1, 3, 4096, data.length]) {
      await using directory = await tempDir();
      let read = 0;
      const counted = function* (): Generator<Uint8Array, void> {
        for (const piece of streamOf(data, chunk)) {
          read += piece.length;
          yield piece;
        }
      };
      const layer = unpackLayer(uncompressed(counted()), directory.path);
      expect(read).toBe(data.length);
      expect({ ...layer, diffId: String(layer.diffId) }).toEqual({ diffId: sha256(plain), size: 5000, entries: 2 });
      expect(await readFile(`${directory.path}/a`, "utf8")).toBe("hello".repeat(1000));
    }
  });

  test("of much that is compressed well or not at all is the same again", () => {
    for (const data of [Buffer.alloc(3_000_000, "ab"), randomBytes(1_500_000)]) {
      for (const packed of [gzipSync(data), zstdCompressSync(data)]) {
        for (const chunk of [977, 65536, packed.length]) expect(outcomeOf(packed, chunk) === data.toString("latin1")).toBe(true);
      }
    }
  });

  const flipped = (data: Buffer, at: number): Buffer =>
    Buffer.from(data.map((byte, i) => (i === (at + data.length) % data.length ? byte ^ 1 : byte)));
  const [gzip, zstd] = [gzipSync("abc"), zstdCompressSync("abc")];

  test.each<[string, Buffer, string]>([
    ["gzip, cut", gzipSync(tar).subarray(0, -12), "unexpected end of file"],
    ["gzip, cut in its header", gzip.subarray(0, 8), "unexpected end of file"],
    ["gzip, cut in its second member", Buffer.concat([gzip, gzip.subarray(0, 15)]), "unexpected end of file"],
    ["gzip, damaged", flipped(gzipSync(tar), -6), "incorrect data check"],
    ["gzip of another length", flipped(gzip, -2), "incorrect length check"],
    ["gzip by another method", flipped(gzip, 2), "unknown compression method"],
    ["gzip and something else", Buffer.concat([gzip, Buffer.from("something else")]), "incorrect header check"],
    ["zstd, cut", zstdCompressSync(tar).subarray(0, -12), "its zstd data ends too early"],
    ["zstd, cut in front of everything", zstdCompressSync(tar).subarray(0, 6), "its zstd data ends too early"],
    ["a skippable frame, cut", SKIPPABLE.subarray(0, -1), "its zstd data ends too early"],
    ["zstd, damaged", flipped(zstdCompressSync(tar, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }), -3), "doesn't match checksum"],
    ["zstd and something else", Buffer.concat([zstd, Buffer.from("something else")]), "Unknown frame descriptor"],
    ["zstd with a window that is too large", Buffer.from("28b52ffd00f8010000", "hex"), "Frame requires too much memory for decoding"],
  ])("%s is refused, wherever its pieces begin", (_, data, reason) => {
    for (const chunk of [1, 5, data.length]) {
      expect(outcomeOf(data, chunk)).toStartWith("integrity: cannot uncompress the layer: ");
      expect(outcomeOf(data, chunk)).toContain(reason);
    }
  });

  test("zstd is whole or refused, wherever it is cut", () => {
    const whole = Buffer.concat([zstdCompressSync("a"), SKIPPABLE, zstdCompressSync(randomBytes(300))]);
    const ends = [zstdCompressSync("a").length, zstdCompressSync("a").length + SKIPPABLE.length];
    for (let length = 5; length < whole.length; length++) {
      const isCut = outcomeOf(whole.subarray(0, length)).startsWith("integrity: cannot uncompress the layer: its zstd data ends too early");
      expect([length, isCut]).toEqual([length, !ends.includes(length)]);
    }
  });

  test.each([
    ["plain, cut", tar.subarray(0, 1000), "cannot read the archive: it ends too early"],
    ["xz", Buffer.from("fd377a585a0000", "hex"), "cannot uncompress the layer: xz is not supported; gzip, zstd and no compression are"],
  ])("%s is refused", async (_, data, message) => {
    await using directory = await tempDir();
    expect(() => unpackLayer(uncompressed(streamOf(data)), directory.path)).toThrow(message);
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["gzip of nothing", gzipSync(Buffer.alloc(0))],
    ["zstd of nothing", zstdCompressSync(Buffer.alloc(0))],
  ])("%s is a layer without files", async (_, data) => {
    await using directory = await tempDir();
    const { diffId, entries } = unpackLayer(uncompressed(streamOf(data)), directory.path);
    expect([entries, String(diffId)]).toEqual([0, sha256(Buffer.alloc(0))]);
  });

  test("an error of the stream is passed on", () => {
    function* broken(): Generator<Uint8Array, void> {
      yield gzipSync(tar).subarray(0, 20);
      throw new Error("connection lost");
    }
    expect(() => [...uncompressed(broken())]).toThrow("connection lost");
  });

  test.each([
    ["plain", (data: Buffer) => data],
    ["gzip", (data: Buffer) => gzipSync(data)],
    ["zstd", (data: Buffer) => zstdCompressSync(data)],
  ])("is given up when the archive is refused: %s", async (_, compress) => {
    let isClosed = false;
    function* endless(): Generator<Uint8Array, void> {
      try {
        yield compress(archiveOf({ name: "a", content: "x".repeat(100_000) }, { name: "../evil" }));
        for (;;) yield compress(randomBytes(1_000_000));
      } finally {
        isClosed = true;
      }
    }
    await using directory = await tempDir();
    expect(() => unpackLayer(uncompressed(endless()), directory.path)).toThrow('cannot unpack "../evil"');
    expect(isClosed).toBe(true);
  });
});
