/** Files of JSON that lamina wrote itself. Pure. */

/** undefined for what is no JSON, or nested too deeply: a crash of the machine, or somebody's hand, may have damaged the file. */
export function parseOwnJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
