/** A layer's bytes: compressed in all ways, truncated, damaged, and hashed to the end. */
import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { unpackLayer } from "../../../src/layers/unpack.ts";
import { archiveOf, sha256, streamOf } from "../../support/archive.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { unpack } from "./unpacked.ts";

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
    ["zstd behind a skippable frame", Buffer.concat([Buffer.from("\x50\x2a\x4d\x18\x04\0\0\0abcd", "latin1"), zstdCompressSync(tar)]), tar],
    ["bytes behind the end of the archive", Buffer.concat([tar, Buffer.alloc(3000, 1)]), Buffer.concat([tar, Buffer.alloc(3000, 1)])],
  ])("%s is read and hashed to its end", async (_, data, uncompressed) => {
    for (const chunk of [1, 3, 4096, data.length]) {
      await using directory = await tempDir();
      const layer = await unpackLayer(streamOf(data, chunk), directory.path);
      const blob = { digest: sha256(data), size: data.length };
      expect(layer).toEqual({ diffId: sha256(uncompressed), blob, size: 5000, entries: 2 } as typeof layer);
      expect(await readFile(`${directory.path}/a`, "utf8")).toBe("hello".repeat(1000));
    }
  });

  test.each([
    ["gzip, cut", gzipSync(tar).subarray(0, -12), "cannot uncompress the layer: "],
    [
      "gzip, damaged",
      Buffer.from(gzipSync(tar).map((byte, i, all) => (i === all.length - 6 ? byte ^ 1 : byte))),
      "cannot uncompress the layer: ",
    ],
    ["zstd, cut", zstdCompressSync(tar).subarray(0, -12), "cannot uncompress the layer: its zstd data ends too early"],
    ["zstd, cut in front of everything", zstdCompressSync(tar).subarray(0, 6), "cannot uncompress the layer: its zstd data ends too early"],
    ["plain, cut", tar.subarray(0, 1000), "cannot read the archive: it ends too early"],
    ["xz", Buffer.from("fd377a585a0000", "hex"), "cannot uncompress the layer: xz is not supported; gzip, zstd and no compression are"],
  ])("%s is refused", async (_, data, message) => {
    await expect(unpack(data)).rejects.toThrow(message);
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["gzip of nothing", gzipSync(Buffer.alloc(0))],
    ["zstd of nothing", zstdCompressSync(Buffer.alloc(0))],
  ])("%s is a layer without files", async (_, data) => {
    await using layer = await unpack(data);
    expect([layer.tree().length, layer.layer.diffId]).toEqual([1, sha256(Buffer.alloc(0)) as typeof layer.layer.diffId]);
  });

  test("an error of the stream is passed on", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield gzipSync(tar).subarray(0, 20);
      throw new Error("connection lost");
    }
    await using directory = await tempDir();
    await expect(unpackLayer(broken(), directory.path)).rejects.toThrow("connection lost");
  });

  test.each([
    ["plain", (data: Buffer) => data],
    ["gzip", (data: Buffer) => gzipSync(data)],
    ["zstd", (data: Buffer) => zstdCompressSync(data)],
  ])("is given up when the archive is refused: %s", async (_, compress) => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield compress(archiveOf({ name: "a", content: "x".repeat(100_000) }, { name: "../evil" }));
        for (;;) yield compress(randomBytes(1_000_000));
      } finally {
        isClosed = true;
      }
    }
    await using directory = await tempDir();
    await expect(unpackLayer(endless(), directory.path)).rejects.toThrow('cannot unpack "../evil"');
    expect(isClosed).toBe(true);
  });
});
