/**
 * The place in a bundle's files that asked for a step: a JSON pointer into config.json, or into layers.json when that
 * file's name and a # stand before it. Pure.
 */

const LAYERS = "layers.json";

/** A pointer into layers.json as an origin. */
export function inLayers(pointer: string): string {
  return `${LAYERS}#${pointer}`;
}

export function parseOrigin(origin: string): { readonly file: "config.json" | "layers.json"; readonly pointer: string } {
  const prefix = inLayers("");
  if (origin.startsWith(prefix)) return { file: LAYERS, pointer: origin.slice(prefix.length) };
  return { file: "config.json", pointer: origin };
}
