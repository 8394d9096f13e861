/** A layer's bytes uncompressed. The compression is told by the first bytes, never by a name. */
import { concat } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decompress } from "../../sys/library/decompressor.ts";
import { gzipDecompressor } from "../../sys/library/gzip.ts";
import { ZstdDecompressor } from "../../sys/library/zstd.ts";

export type Compression = "none" | "gzip" | "zstd";

/** Enough to tell all compressions apart. */
const MAGIC_SIZE = 6;

const REFUSED = [
  { name: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: "bzip2", magic: [0x42, 0x5a, 0x68] },
] as const;

/** By the first bytes: what tools write into the media type is not always so. */
export function compressionOf(start: Uint8Array): Compression {
  if (startsWith(start, [0x1f, 0x8b])) return "gzip";
  if (startsWith(start, [0x28, 0xb5, 0x2f, 0xfd])) return "zstd";
  const isSkippableFrame = ((start[0] ?? 0) & 0xf0) === 0x50 && startsWith(start.subarray(1), [0x2a, 0x4d, 0x18]);
  return isSkippableFrame ? "zstd" : "none"; // frames of other data may stand in front
}

/**
 * The uncompressed bytes in pieces, each valid until the next one; returns what `source` returns, which is read to its end: also what stands behind
 * the end of compressed data. Throws code "integrity" for damage, "unsupported" for other compressions.
 */
export function* uncompressed<R>(source: Iterator<Uint8Array, R>): Generator<Uint8Array, R> {
  try {
    const head = readHead(source, MAGIC_SIZE);
    const bytes = rest(head, source);
    switch (compressionOf(head.bytes)) {
      case "gzip":
        return yield* decompress(bytes, gzipDecompressor(), { what: "the layer", tooShort: "unexpected end of file" });
      case "zstd":
        return yield* decompress(bytes, new ZstdDecompressor(), { what: "the layer", tooShort: "its zstd data ends too early" });
      default:
        requireSupported(head.bytes);
        return yield* bytes;
    }
  } finally {
    source.return?.();
  }
}

/** The beginning of a stream: so many bytes or more, and what it returns if these are all. */
export interface Head<R> {
  readonly bytes: Uint8Array;
  readonly end: { readonly value: R } | undefined;
}

export function readHead<R>(source: Iterator<Uint8Array, R>, least: number): Head<R> {
  let bytes = new Uint8Array(0);
  while (bytes.length < least) {
    const { value, done } = source.next();
    if (done) return { bytes, end: { value } };
    bytes = concat([bytes, value]);
  }
  return { bytes, end: undefined };
}

/** A stream again from its beginning. */
export function* rest<R>({ bytes, end }: Head<R>, source: Iterator<Uint8Array, R>): Generator<Uint8Array, R> {
  if (bytes.length > 0) yield bytes;
  if (end !== undefined) return end.value;
  for (;;) {
    const { value, done } = source.next();
    if (done) return value;
    yield value;
  }
}

function requireSupported(first: Uint8Array): void {
  const refused = REFUSED.find(({ magic }) => startsWith(first, magic));
  if (refused === undefined) return;
  throw new RuntimeError("unsupported", `cannot uncompress the layer: ${refused.name} is not supported; gzip, zstd and no compression are`);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
