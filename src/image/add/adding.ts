/** What all that brings images into the store has in common. No code. */

import type { Descriptor } from "../format/manifest.ts";
import type { Platform } from "../format/platform.ts";
import type { Blob } from "../store/blobs.ts";
import type { Documents } from "../store/image.ts";
import type { ImageStore } from "../store/image-store.ts";
import type { Progress } from "../stream/progress.ts";
import type { Additions } from "./additions.ts";

/** Something outside of the store that has blobs. */
export interface BlobSource extends Documents {
  /** Throws "not-found" if it is not there, "integrity" if it has another size. */
  requireSize(blob: Blob): void;
  read(blob: Blob): Generator<Uint8Array, void>;
}

export interface Adding {
  readonly store: ImageStore;
  readonly additions: Additions;
  readonly platform: Platform | undefined;
  /** An index is kept whole; default: one of its platforms. */
  readonly allPlatforms?: boolean;
  readonly progress: Progress;
  readonly warn: (message: string) => void;
}

export interface Added {
  readonly name: string | undefined;
  readonly descriptor: Descriptor;
  readonly layers: number;
  /** Layers that were not unpacked before. */
  readonly newLayers: number;
}
