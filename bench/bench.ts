/** What every measurement works with. */
import type { Bundle } from "./bundle.ts";
import type { Runtime } from "./runtimes.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface Bench {
  /** A directory of this bench alone, removed at its end. */
  readonly home: string;
  readonly runtimes: readonly Runtime[];
  readonly bundle: Bundle;
  readonly stopwatch: Stopwatch;
  /** A container id that nobody has used, recognisable as this bench's. */
  newId(): string;
}
