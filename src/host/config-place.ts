/** Where a value of config.json or layers.json stands, for those who tell about it. Pure. */
import { parseOrigin } from "../base/origin.ts";
import { locate, type Place } from "../spec/json-positions.ts";

/** A value that is not there (a default asked for it) is looked for where it would be; undefined for the file as a whole. */
export function placeOf(text: string, pointer: string): Place | undefined {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const place = locate(text, at);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The texts of a bundle's files. */
export interface BundleTexts {
  readonly text: string;
  readonly layers: { readonly text: string } | undefined;
}

/** `config.json:12:7`, and the pointer in that file; undefined for config.json as a whole. */
export function placeOrigin({ text, layers }: BundleTexts, origin: string): { location: string; pointer: string } | undefined {
  const { file, pointer } = parseOrigin(origin);
  if (file === "config.json") return locationIn(file, text, pointer);
  return locationIn(file, layers?.text ?? "", pointer) ?? { location: `${file}:1:1`, pointer };
}

function locationIn(file: string, text: string, pointer: string): { location: string; pointer: string } | undefined {
  const place = placeOf(text, pointer);
  return place === undefined ? undefined : { location: `${file}:${place.line}:${place.column}`, pointer };
}
