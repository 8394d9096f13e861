/** What every measurement works with. */
import type { Bundle } from "./bundle.ts";
import type { ImageTools } from "./image-tools.ts";
import type { RootFilesystem } from "./root-filesystem.ts";
import type { Runtime } from "./runtimes.ts";
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
