/**
 * What schemas/config.json lets a config.json say, and what one says, as lines that can be compared: a place, with `*` for the
 * items of lists and the keys of maps, and for places with interesting values one line for each of those.
 */
import config from "../../schemas/config.json" with { type: "json" };
import { isObject, type Json, type JsonObject } from "./json.ts";

const DEFINITIONS: JsonObject = config.definitions;

/** Every line that the schema allows, each once. */
export function allowedFields(): string[] {
  return [...fieldsBelow(config as JsonObject, "")];
}

/** The lines of `value`, each once. What the schema does not know has none. */
export function usedFields(value: Json): Set<string> {
  return new Set(usesBelow(config as JsonObject, value, ""));
}

function* fieldsBelow(schema: JsonObject, place: string): Generator<string> {
  const { properties, items, additionalProperties, maxItems } = schema;
  if (maxItems === 0) return;
  if (isObject(properties)) for (const [key, inner] of Object.entries(properties)) yield* fieldsBelow(resolve(inner), `${place}/${key}`);
  else if (isObject(items) || isObject(additionalProperties)) yield* fieldsBelow(resolve(items ?? additionalProperties), `${place}/*`);
  else for (const value of interesting(schema)) yield place + value;
}

function* usesBelow(schema: JsonObject, value: Json, place: string): Generator<string> {
  const { properties, items, additionalProperties } = schema;
  if (isObject(value) && isObject(properties)) {
    for (const [key, inner] of Object.entries(properties))
      if (value[key] !== undefined) yield* usesBelow(resolve(inner), value[key], `${place}/${key}`);
  } else if (isObject(value) && isObject(additionalProperties)) {
    for (const inner of Object.values(value)) if (inner !== undefined) yield* usesBelow(resolve(additionalProperties), inner, `${place}/*`);
  } else if (Array.isArray(value) && isObject(items)) {
    for (const inner of value) yield* usesBelow(resolve(items), inner, `${place}/*`);
  } else if (!isObject(value) && !Array.isArray(value)) {
    const line = interesting(schema).find((one) => one === "" || one === ` = ${value}` || (one === OTHER && Number(value) > 0));
    if (line !== undefined) yield place + line;
  }
}

const OTHER = " > 0";

/** Each word of an enumeration, both booleans, and for numbers that have a meaning below 1 that meaning and another value. */
function interesting({ enum: words, type, minimum }: JsonObject): string[] {
  if (Array.isArray(words)) return words.map((word) => ` = ${word}`);
  if (type === "boolean") return [" = true", " = false"];
  return minimum === -1 ? [" = -1", OTHER] : [""];
}

function resolve(schema: Json | undefined): JsonObject {
  if (!isObject(schema)) throw new Error("the schema has something else in the place of a schema");
  const { $ref } = schema;
  return typeof $ref === "string" ? resolve(DEFINITIONS[$ref.slice("#/definitions/".length)]) : schema;
}
