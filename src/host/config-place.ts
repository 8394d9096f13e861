/** Where a value of config.json stands, for those who tell about it. Pure. */
import { locate, type Place } from "../spec/json-positions.ts";

/** A value that is not there (a default asked for it) is looked for where it would be; undefined for the file as a whole. */
export function placeOf(text: string, pointer: string): Place | undefined {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const place = locate(text, at);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** `config.json:12:7` */
export function locationOf(text: string, pointer: string): string | undefined {
  const place = placeOf(text, pointer);
  return place === undefined ? undefined : `config.json:${place.line}:${place.column}`;
}
