/** Frames of zstd are what they were, and nothing else is taken for one. */
import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { compressFrame, decompressFrame } from "../../../src/sys/library/zstd.ts";

test.each([
  ["nothing", Buffer.alloc(0)],
  ["text", Buffer.from("text")],
  ["much of the same", Buffer.alloc(1_000_000, 7)],
  ["noise", randomBytes(100_000)],
])("a frame of %s is read by others, and again by us", (_, data) => {
  const frame = compressFrame(data);
  expect(zstdDecompressSync(frame).equals(data)).toBe(true);
  expect(Buffer.from(decompressFrame(frame, data.length)).equals(data)).toBe(true);
});

test("a frame of more than is accepted, or that is none, is refused", () => {
  const frame = compressFrame(Buffer.alloc(1000));
  const refused: [Uint8Array, RegExp][] = [
    [compressFrame(Buffer.alloc(1001)), /^no frame of a size that is accepted$/],
    [Buffer.from("no frame at all"), /^no frame of a size that is accepted$/],
    [new Uint8Array(0), /^no frame of a size that is accepted$/],
    [frame.subarray(0, -1), /^Src size is incorrect$/],
    [Buffer.concat([frame, Buffer.from("abcdefgh")]), /Unknown frame descriptor|Src size is incorrect/],
    [zstdCompressSync(Buffer.alloc(2000)), /^no frame of a size that is accepted$/],
  ];
  for (const [data, reason] of refused) expect(() => decompressFrame(data, 1000)).toThrow(reason);
});
