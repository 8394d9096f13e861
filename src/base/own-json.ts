/** Files of JSON that lamina wrote itself. Pure. */

/** undefined for what is no JSON: a crash of the machine may have left half of a file. */
export function parseOwnJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
