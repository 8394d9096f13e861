/** JSON of a bundle's files. Pure. */

/** A byte order mark before it is no part of it. Throws a SyntaxError. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
}
