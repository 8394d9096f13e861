/** One layer: an archive becomes a directory in overlay form, while its digest is computed. */
import type { Digest } from "../../base/digest.ts";
import { effectiveUid } from "../../sys/call/own-ids.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { Sha256 } from "../../sys/library/hash.ts";
import type { TarLimits } from "../../tar/limits.ts";
import { TarReader } from "../../tar/reader.ts";
import { OverlayForm } from "../form/overlay-form.ts";
import type { LayersBelow } from "../form/stack-index.ts";
import { type ArchiveRecorder, LayerWriter } from "./layer-writer.ts";

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
}

export interface UnpackedLayer {
  /** Of the archive. */
  readonly diffId: Digest;
  /** Bytes in regular files. */
  readonly size: number;
  readonly entries: number;
}

/**
 * Unpacks an archive, which is not compressed, into an empty directory. Reads it to its end. After a failure the directory has whatever came before it; nothing outside of it
 * is touched in any case. Code "integrity" for archives that are damaged or try to get out, "unsupported" for others that cannot be unpacked.
 */
export function unpackLayer(archive: Iterable<Uint8Array>, directory: string, options: UnpackOptions = {}): UnpackedLayer {
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
  const diffId = readAll(archive, reader);
  writer.finish();
  return { diffId, size: writer.size, entries: reader.entries };
}

function readAll(archive: Iterable<Uint8Array>, reader: TarReader): Digest {
  const hash = new Sha256();
  for (const chunk of archive) {
    hash.update(chunk);
    reader.push(chunk);
  }
  reader.end();
  return hash.digest();
}
