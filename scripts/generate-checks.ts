/**
 * schemas/ → one TypeScript expression per definition that answers yes or no.
 *
 * Every command that starts something pays for this check, so it only checks. ajv's standalone code for the same schemas is
 * fifteen times larger and takes twice as long to load and run once; it is loaded only to find the faults of a file that
 * this check refused. test/unit/spec/checks.test.ts compares the two.
 *
 * The code runs once per process. So it calls no built-in that the engine would have to compile first (`every`), and no small
 * function for every string: fifty calls would start the engine's compiler, which costs more than the whole check.
 */
import type { SchemaObject } from "ajv";

type Definitions = Readonly<Record<string, SchemaObject>>;

const KEYWORDS = {
  any: new Set(["$schema", "$id", "title", "description", "tsType", "definitions", "type", "enum"]),
  string: new Set(["pattern"]),
  integer: new Set(["minimum", "maximum"]),
  boolean: new Set<string>(),
  array: new Set(["items", "minItems", "maxItems"]),
  object: new Set(["properties", "required", "additionalProperties"]),
} as const;

/** Text of a module that exports `is<Root>` for `root`, with a function for each definition that it uses. */
export function generateCheck(note: string, name: string, root: SchemaObject, definitions: Definitions): string {
  const used = new Set<string>();
  const functions: string[] = [];
  const body = expression(root, "v", used);
  for (const definition of used) {
    const schema = definitions[definition];
    if (schema === undefined) throw new Error(`no schema defines ${definition}`);
    functions.push(`const ${definition} = (v: any): boolean => ${expression(schema, "v", used)};`);
  }
  const code = `${functions.join("\n")}\nexport const ${name} = (v: any): boolean => ${body};\n`;
  return `// ${note}\n${helpers(code)}\n${code}`;
}

/** What the expressions call. A module contains only those that it uses. */
const HELPERS: Readonly<Record<string, string>> = {
  object: `(v: any): boolean => typeof v === "object" && v !== null && !Array.isArray(v)`,
  integer: `(v: any, min: number, max: number): boolean => Number.isInteger(v) && v >= min && v <= max`,
  strings: `(v: any): boolean => {
  if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) if (typeof v[i] !== "string") return false;
  return true;
}`,
  list: `(v: any, check: (item: any) => boolean): boolean => {
  if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) if (!check(v[i])) return false;
  return true;
}`,
  map: `(v: any, check: (item: any) => boolean): boolean => {
  if (!object(v)) return false;
  for (const key in v) if (!check(v[key])) return false;
  return true;
}`,
};

function helpers(code: string): string {
  const called = Object.keys(HELPERS).filter((name) => code.includes(`${name}(`));
  return called.map((name) => `const ${name} = ${HELPERS[name]};`).join("\n");
}

/** A boolean expression over `v`, itself an expression without side effects. Adds the definitions that it calls to `used`. */
function expression(schema: SchemaObject, v: string, used: Set<string>): string {
  if (schema.$ref !== undefined) return `${reference(schema, used)}(${v})`;
  requireKnownKeywords(schema);
  if (schema.enum !== undefined) return `(${schema.enum.map((value: unknown) => `${v} === ${JSON.stringify(value)}`).join(" || ")})`;
  switch (schema.type) {
    case "boolean":
      return `typeof ${v} === "boolean"`;
    case "integer":
      return isWide(schema) ? wideExpression(schema, v) : `integer(${v}, ${schema.minimum}, ${schema.maximum})`;
    case "string":
      return schema.pattern === undefined ? `typeof ${v} === "string"` : `(typeof ${v} === "string" && /${schema.pattern}/.test(${v}))`;
    case "array":
      return arrayExpression(schema, v, used);
    case "object":
      return objectExpression(schema, v, used);
    default:
      throw new Error(`no check exists for the type ${schema.type}`);
  }
}

/** Of 64 bits. */
function isWide({ maximum }: SchemaObject): boolean {
  return maximum > Number.MAX_SAFE_INTEGER;
}

/** What JSON.parse may have rounded is refused: it has to be a bigint. The bounds in a schema are rounded as well. */
function wideExpression({ minimum, maximum }: SchemaObject, v: string): string {
  const last = maximum === 2 ** 64 ? 2n ** 64n - 1n : 2n ** 63n - 1n;
  return `(Number.isSafeInteger(${v}) ? ${v} >= ${minimum} : typeof ${v} === "bigint" && ${v} >= ${BigInt(minimum)}n && ${v} <= ${last}n)`;
}

function arrayExpression(schema: SchemaObject, v: string, used: Set<string>): string {
  const bounds = [
    ...(schema.minItems === undefined ? [] : [` && ${v}.length >= ${schema.minItems}`]),
    ...(schema.maxItems === undefined ? [] : [` && ${v}.length <= ${schema.maxItems}`]),
  ];
  const ofStrings = schema.items.type === "string" && schema.items.pattern === undefined;
  return (ofStrings ? `strings(${v})` : `list(${v}, ${itemCheck(schema.items, used)})`) + bounds.join("");
}

function objectExpression(schema: SchemaObject, v: string, used: Set<string>): string {
  if (schema.additionalProperties !== undefined) return `map(${v}, ${itemCheck(schema.additionalProperties, used)})`;
  const required = new Set<string>(schema.required ?? []);
  const members = Object.entries<SchemaObject>(schema.properties).map(([key, property]) => {
    const check = expression(property, `${v}.${key}`, used);
    return required.has(key) ? check : `(${v}.${key} === undefined || ${check})`;
  });
  return [`object(${v})`, ...members].join("\n  && ");
}

function itemCheck(schema: SchemaObject, used: Set<string>): string {
  return schema.$ref === undefined ? `(item) => ${expression(schema, "item", used)}` : reference(schema, used);
}

function reference(schema: SchemaObject, used: Set<string>): string {
  const definition = String(schema.$ref).replace(/^.*\//, "");
  used.add(definition);
  return definition;
}

/** Ignoring an unknown keyword would make a check that never fails. */
function requireKnownKeywords(schema: SchemaObject): void {
  const known: ReadonlySet<string> = KEYWORDS[schema.type as keyof typeof KEYWORDS];
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.any.has(keyword) && !known.has(keyword));
  if (unknown !== undefined) throw new Error(`no check exists for the schema keyword ${unknown}`);
}
