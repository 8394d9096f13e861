/** Whether zstd data ends where a frame does, for every form of frame. */
import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { constants, zstdCompressSync } from "node:zlib";
import { ZstdFrames } from "../../../src/layers/zstd-frames.ts";

function isComplete(data: Uint8Array, chunk = data.length): boolean {
  const frames = new ZstdFrames();
  for (let at = 0; at < data.length; at += chunk) frames.push(data.subarray(at, at + chunk));
  return frames.isComplete;
}

const withChecksum = (data: Buffer): Buffer => zstdCompressSync(data, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const skippable = Buffer.from("\x5f\x2a\x4d\x18\x03\0\0\0abc", "latin1");

test.each<[string, Buffer]>([
  ["nothing compressed", zstdCompressSync(Buffer.alloc(0))],
  ["a few bytes", zstdCompressSync(Buffer.from("abc"))],
  ["one byte many times", zstdCompressSync(Buffer.alloc(300_000))],
  ["bytes that cannot be compressed", zstdCompressSync(randomBytes(300_000))],
  ["a checksum", withChecksum(randomBytes(3000))],
  ["a frame of other data", skippable],
  ["several frames", Buffer.concat([zstdCompressSync(Buffer.from("a")), skippable, withChecksum(Buffer.alloc(1000))])],
])("%s: only the whole is complete", (_, data) => {
  for (const chunk of [1, 2, 7, 4096, data.length]) expect(isComplete(data, chunk)).toBe(true);
  const ends = new Set([0, zstdCompressSync(Buffer.from("a")).length, zstdCompressSync(Buffer.from("a")).length + skippable.length]);
  for (let length = 1; length < Math.min(data.length, 3000); length++) {
    if (!ends.has(length)) expect(isComplete(data.subarray(0, length)), `cut to ${length}`).toBe(false);
  }
  for (let cut = 1; cut < Math.min(data.length, 3000); cut++) {
    if (!ends.has(data.length - cut)) expect(isComplete(data.subarray(0, -cut)), `without ${cut}`).toBe(false);
  }
});

test("data after the frames does not count", () => {
  expect(isComplete(Buffer.concat([zstdCompressSync(Buffer.from("abc")), Buffer.alloc(100)]))).toBe(true);
});
