/** What is said of an instruction that cannot change an image. Pure. */
import { RuntimeError } from "../../base/errors.ts";

const LONGEST = 200;

export function refusedChange(text: string, hint: string): RuntimeError {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return new RuntimeError("usage", `cannot change an image by ${JSON.stringify(shown)}: it is no instruction`, { hint });
}
