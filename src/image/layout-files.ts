/** The two small files of an OCI image layout, to be written. Pure. */
import { named } from "./image-name.ts";
import type { Descriptor } from "./manifest.ts";
import { MEDIA } from "./media-types.ts";

export const LAYOUT_VERSION = "1.0.0";

export function layoutText(): string {
  return JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION });
}

/** `raw` is what stood in the file before; members that lamina does not know stay. */
export function indexText(manifests: readonly unknown[], raw: object = { schemaVersion: 2, mediaType: MEDIA.index }): string {
  return `${JSON.stringify({ ...raw, manifests })}\n`;
}

/** index.json of a layout with one image in it. */
export function singleIndexText(descriptor: Descriptor, name: string | undefined): string {
  return indexText([named(descriptor, name)]);
}
