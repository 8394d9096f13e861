/** JSON for programs other than lamina. Pure. */

/** An escape sequence; the group is there if it is a lone surrogate, for which JSON.stringify writes nothing else. */
const ESCAPE = /\\(?:(ud[89a-f][0-9a-f]{2})|.)/g;

/**
 * What JSON.stringify wrote, in a form that every parser takes: a byte that is not UTF-8 (base/text.ts) becomes U+FFFD, as it does in runc's
 * JSON.
 */
export function plainJson(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replace(ESCAPE, (found: string, lone: string | undefined) => (lone === undefined ? found : "\ufffd"));
}
