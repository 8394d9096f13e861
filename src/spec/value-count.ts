/** Bounds how many values a JSON text may hold: more would take memory by the gigabyte. Pure. */
import { RuntimeError } from "../base/errors.ts";

const MOST_VALUES = 2_000_000;
/** What precedes every value but the first. */
const BEFORE_VALUES = /[,[{]/g;

/** Throws code "config". Costs nothing for files of a usual size. */
export function requireCountable(text: string, file: string): void {
  if (text.length <= MOST_VALUES) return;
  let count = 0;
  BEFORE_VALUES.lastIndex = 0;
  while (count <= MOST_VALUES && BEFORE_VALUES.test(text)) count++;
  if (count > MOST_VALUES) throw new RuntimeError("config", `${file}: too many values: more than ${MOST_VALUES}`);
}
