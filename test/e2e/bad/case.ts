/** What a bad bundle is made of, and what is said about it. Data: bad-input.test.ts runs it. */
import type { Bundle, Recipe } from "../../support/bundle.ts";

export interface BadBundle extends Recipe {
  /** What is wrong, as the subject of "is refused …". */
  readonly title: string;
  /** config.json as text, instead of what the recipe says. */
  readonly text?: string;
  /** Words before the runtime, e.g. a command that takes its privileges away. */
  readonly prefix?: readonly string[];
  /** Options of create, besides the bundle. */
  readonly flags?: readonly string[];
  /** What happens to the bundle before the runtime sees it. */
  readonly damage?: (bundle: Bundle) => Promise<void>;
  /** All of it is in the error. `@…@` is filled in as in a recipe. */
  readonly says: readonly (string | RegExp)[];
}
