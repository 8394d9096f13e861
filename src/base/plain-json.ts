/** JSON for programs other than lamina. Pure. */
import { byteLength, contains } from "./text.ts";

/** An escape sequence; the group is there if it is a lone surrogate, for which JSON.stringify writes nothing else. */
const ESCAPE = /\\(?:(ud[89a-f][0-9a-f]{2})|.)/g;

/** What a terminal obeys, or what turns the direction of text; JSON.stringify escapes only what is below the space. */
const CONTROL = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * What JSON.stringify wrote, in a form that every parser takes, and that a terminal may show: a byte that is not UTF-8 (base/text.ts) becomes
 * U+FFFD, as it does in runc's JSON, and control characters are escaped.
 */
export function plainJson(json: string): string {
  if (isPlain(json)) return json;
  const text = json.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (!text.includes("\\ud")) return text;
  return text.replace(ESCAPE, (found: string, lone: string | undefined) => (lone === undefined ? found : "\ufffd"));
}

/** Most of it is ASCII, which is told faster than by an expression. */
function isPlain(json: string): boolean {
  return byteLength(json) === json.length && !contains(json, "\u007f") && !contains(json, "\\ud");
}
