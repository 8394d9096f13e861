/** The two small files of an OCI image layout, to be written. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { encodeText } from "../../base/text.ts";
import { named } from "./image-name.ts";
import type { Descriptor } from "./manifest.ts";
import { MEDIA } from "./media-types.ts";

export const LAYOUT_VERSION = "1.0.0";
/** Bytes of an index.json, for who reads one and who writes one: a larger one would be written and never read again. */
export const LARGEST_INDEX = 16 * 1024 * 1024;

export function layoutText(): string {
  return JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION });
}

/** `raw` is what stood in the file before; members that lamina does not know stay. Throws "unsupported" for more than anybody reads again. */
export function indexText(manifests: readonly unknown[], raw: object = { schemaVersion: 2, mediaType: MEDIA.index }): string {
  const text = `${JSON.stringify({ ...raw, manifests })}\n`;
  const size = encodeText(text).length;
  if (size <= LARGEST_INDEX) return text;
  const entries = `with ${manifests.length} entries it would have ${size} bytes, and at most ${LARGEST_INDEX} are read again`;
  throw new RuntimeError("unsupported", `cannot write index.json: ${entries}`, { hint: "lamina image rm makes room for other names" });
}

/** index.json of a layout with one image in it. */
export function singleIndexText(descriptor: Descriptor, name: string | undefined): string {
  return indexText([named(descriptor, name)]);
}
