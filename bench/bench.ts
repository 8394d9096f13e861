/** What every measurement works with, and what it gives. */
import type { Bundle } from "./bundle.ts";
import type { ImageTools } from "./image-tools.ts";
import type { RootFilesystem } from "./root-filesystem.ts";
import type { Runtime } from "./runtimes.ts";
import type { Samples } from "./script.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface Bench {
  /** A directory of this bench alone, removed at its end. */
  readonly home: string;
  readonly runtimes: readonly Runtime[];
  readonly bundle: Bundle;
  readonly stopwatch: Stopwatch;
  readonly imageTools: ImageTools;
  /** What images are made of. Makes it the first time; undefined if that cannot be done here. */
  findRootFilesystem(): RootFilesystem | undefined;
  /** A sentence for the reader of the result. */
  note(sentence: string): void;
  /** A container id that nobody has used, recognisable as this bench's. */
  newId(): string;
}

/** What a measurement gives: one line of the result. */
export interface Row {
  readonly name: string;
  readonly work: string;
  readonly unit: "ms" | "KiB";
  readonly samples: Samples;
}
