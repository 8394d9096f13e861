/** How many values a JSON text has, as far as anybody wants to know: more than are read would take memory by the gigabyte. Pure. */
import { RuntimeError } from "../base/errors.ts";

const MOST_VALUES = 2_000_000;
/** What stands before each of them but the first. */
const BEFORE_VALUES = /[,[{]/g;

/** Throws code "config". Free of charge for files of a usual size. */
export function requireCountable(text: string, file: string): void {
  if (text.length <= MOST_VALUES) return;
  let count = 0;
  BEFORE_VALUES.lastIndex = 0;
  while (count <= MOST_VALUES && BEFORE_VALUES.test(text)) count++;
  if (count > MOST_VALUES) throw new RuntimeError("config", `${file}: too many values: at most ${MOST_VALUES} are read`);
}
