/** One layer: an archive, compressed or not, becomes a directory in overlay form, while its digests are computed. */
import type { Digest } from "../base/digest.ts";
import { OPEN, openFile } from "../sys/file.ts";
import { Sha256 } from "../sys/hash.ts";
import { effectiveUid } from "../sys/own-ids.ts";
import type { TarLimits } from "../tar/limits.ts";
import { TarReader } from "../tar/reader.ts";
import { LayerSource, uncompressed } from "./compression.ts";
import { type ArchiveRecorder, LayerWriter } from "./layer-writer.ts";
import { OverlayForm } from "./overlay-form.ts";
import type { LayersBelow } from "./stack-index.ts";

export interface UnpackOptions {
  /** What the unpacked layers below show. Without it, every whiteout is made, and a link to a file below is an error. */
  readonly lower?: LayersBelow;
  /** Marks in the attributes `user.overlay.*` instead of `trusted.overlay.*`, for mounts with userxattr. Default: false. */
  readonly userXattr?: boolean;
  /** "ignore": everything belongs to who unpacks. Default: "archive" as root, else "ignore". */
  readonly owners?: "archive" | "ignore";
  /** "attempt", the default: made where the kernel lets us, left out with a warning elsewhere. */
  readonly devices?: "attempt" | "skip" | "refuse";
  readonly limits?: Partial<TarLimits>;
  readonly warn?: (message: string) => void;
  readonly recorder?: ArchiveRecorder;
  /** Whether the digest of a compressed stream is wanted. Default: true. */
  readonly hashStream?: boolean;
}

export interface UnpackedLayer {
  /** Of the uncompressed archive. */
  readonly diffId: Digest;
  /** The stream as it came; absent if it was compressed and its digest is not wanted. */
  readonly blob?: { readonly digest: Digest; readonly size: number };
  /** Bytes in regular files. */
  readonly size: number;
  readonly entries: number;
}

/**
 * Unpacks into an empty directory. Reads the stream to its end. After a failure the directory has whatever came before it; nothing outside of it
 * is touched in any case. Code "integrity" for archives that are damaged or try to get out, "unsupported" for others that cannot be unpacked.
 */
export async function unpackLayer(
  stream: AsyncIterable<Uint8Array>,
  directory: string,
  options: UnpackOptions = {},
): Promise<UnpackedLayer> {
  const form = new OverlayForm(options);
  using root = openFile(directory, OPEN.read | OPEN.directory);
  using writer = new LayerWriter(root.number, {
    form,
    lower: options.lower,
    owners: options.owners ?? (effectiveUid() === 0 ? "archive" : "ignore"),
    devices: options.devices ?? "attempt",
    warn: options.warn ?? (() => undefined),
    recorder: options.recorder,
  });
  const reader = new TarReader(writer, options.limits);
  const source = new LayerSource(stream, { isHashed: options.hashStream ?? true });
  const hash = new Sha256();
  try {
    for await (const chunk of uncompressed(source)) {
      hash.update(chunk);
      reader.push(chunk);
    }
    const { digest: ofStream, size } = await source.readToEnd();
    reader.end();
    writer.finish();
    const diffId = hash.digest();
    const digest = source.isCompressed ? ofStream : diffId;
    return { diffId, ...(digest && { blob: { digest, size } }), size: writer.size, entries: reader.entries };
  } finally {
    await source.close();
  }
}
