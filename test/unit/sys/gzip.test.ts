/** Both libraries that uncompress gzip data take the same, and refuse the same. */
import { describe, expect, test } from "bun:test";
import { constants, gzipSync } from "node:zlib";
import { RuntimeError } from "../../../src/base/errors.ts";
import { type Decompressor, decompress } from "../../../src/sys/library/decompressor.ts";
import { gzipDecompressor } from "../../../src/sys/library/gzip.ts";
import { isalDecompressor } from "../../../src/sys/library/isal.ts";
import { GzipDecompressor } from "../../../src/sys/library/zlib.ts";
import { streamOf } from "../../support/archive.ts";

const WORDS = { what: "it", tooShort: "unexpected end of file" };

/** What comes out, or "refused". */
function outcomeOf(decompressor: Decompressor, data: Uint8Array, chunk: number): string {
  const pieces: Uint8Array[] = [];
  try {
    for (const piece of decompress(streamOf(data, chunk), decompressor, WORDS)) pieces.push(piece.slice());
    return Buffer.concat(pieces).toString("latin1");
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "integrity") return "refused";
    throw error;
  }
}

/** Always the same bytes, which no compressor makes smaller. */
const noise = Buffer.from(Array.from({ length: 300 }, (_, i) => Number(BigInt.asUintN(8, Bun.hash.wyhash(String(i))))));

const STREAMS: readonly (readonly [name: string, data: Buffer])[] = [
  ["text that repeats", gzipSync(`${"abc".repeat(50)}hello world`)],
  ["noise", gzipSync(noise)],
  ["both, in the code of the format itself", gzipSync(Buffer.concat([Buffer.alloc(400, "x"), noise]), { strategy: constants.Z_FIXED })],
  ["two members", Buffer.concat([gzipSync("a"), gzipSync("bcd")])],
  ["a header with a name, a comment, more, and a checksum", headed(gzipSync("abc"))],
  ["members with and without a checksum of their headers", Buffer.concat([gzipSync("a"), headed(gzipSync("bcd")), gzipSync("e")])],
];

/** RFC 1952, 2.3: FHCRC, FEXTRA, FNAME, FCOMMENT. */
function headed(plain: Buffer): Buffer {
  const header = Buffer.from("\x1f\x8b\x08\x1e\0\0\0\0\0\x03\x04\0ab\0\0name\0comment\0", "latin1");
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(Bun.hash.crc32(header) & 0xffff);
  return Buffer.concat([header, checksum, plain.subarray(10)]);
}

describe.skipIf(isalDecompressor() === undefined)("zlib alone, and with ISA-L", () => {
  test.each(STREAMS)("%s: with any bit flipped, taken or refused alike", (_, data) => {
    for (let at = 0; at < data.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(data);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        for (const chunk of [1, 7, data.length]) {
          const [one, other] = [new GzipDecompressor(), gzipDecompressor()].map((library) => outcomeOf(library, flipped, chunk));
          if (one !== other) expect({ at, bit, chunk, outcome: other }).toEqual({ at, bit, chunk, outcome: one ?? "" });
        }
      }
    }
  });

  test.each(STREAMS)("%s: cut anywhere, taken or refused alike", (_, data) => {
    for (let length = 1; length <= data.length; length++) {
      const cut = data.subarray(0, length);
      for (const chunk of [1, 7, length]) {
        expect([length, outcomeOf(gzipDecompressor(), cut, chunk)]).toEqual([length, outcomeOf(new GzipDecompressor(), cut, chunk)]);
      }
    }
  });
});
