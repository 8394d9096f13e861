/** What every measurement works with, and its result. */
import type { Bundle } from "./bundle.ts";
import type { ImageTools } from "./image-tools.ts";
import type { RootFilesystem } from "./root-filesystem.ts";
import type { Runtime } from "./runtimes.ts";
import type { Samples } from "./script.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface Bench {
  /** A directory for this bench alone, removed at the end. */
  readonly home: string;
  readonly runtimes: readonly Runtime[];
  readonly bundle: Bundle;
  readonly stopwatch: Stopwatch;
  readonly imageTools: ImageTools;
  /** What images are made of. Made on the first call; undefined if that is not possible here. */
  findRootFilesystem(): RootFilesystem | undefined;
  /** A sentence for the reader of the result. */
  note(sentence: string): void;
  /** An unused container id, recognisable as this bench's. */
  newId(): string;
}

/** The result of a measurement: one line of the table. */
export interface Row {
  readonly name: string;
  readonly work: string;
  readonly unit: "ms" | "KiB";
  readonly samples: Samples;
}
