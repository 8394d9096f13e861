/** A bad bundle and its error. Data: bad-input.test.ts runs it. */
import type { Bundle, Recipe } from "../../support/bundle.ts";

export interface BadBundle extends Recipe {
  /** The problem, as the subject of "is refused …". */
  readonly title: string;
  /** config.json as text, instead of the recipe's. */
  readonly text?: string;
  /** Words before the runtime, e.g. a command that drops its privileges. */
  readonly prefix?: readonly string[];
  /** Options of create, besides the bundle. */
  readonly flags?: readonly string[];
  /** What happens to the bundle before the runtime sees it. */
  readonly damage?: (bundle: Bundle) => Promise<void>;
  /** The error contains all of it. `@…@` is filled in as in a recipe. */
  readonly says: readonly (string | RegExp)[];
}
