/** What a layer is unpacked from. No code. */
import type { Digest } from "../../base/digest.ts";

/** The uncompressed bytes in pieces, each valid until the next one. */
export interface LayerArchive extends Iterable<Uint8Array> {
  /** Of all of them, when they have been read to the end. Absent = whoever reads them computes it. */
  readonly digest?: () => Digest;
}
