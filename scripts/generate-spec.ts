/**
 * schemas/ → src/spec/generated: TypeScript types and ajv standalone validators.
 *
 * Each schema yields two validators. The fast one stops at the first fault and only answers yes or no; the hot path loads
 * it. The one in problems.js finds every fault and is loaded when the fast one said no.
 */
import { readdir } from "node:fs/promises";
import Ajv, { type Options, type SchemaObject } from "ajv";
import standaloneCode from "ajv/dist/standalone";
import { compile } from "json-schema-to-typescript";
import { generateCheck } from "./generate-checks.ts";

const OUT = "src/spec/generated";
const NOTE = "Generated from schemas/ by `npm run generate`; never edited by hand.";

const CODE = { source: true, esm: true, lines: true } as const;

/** The files that are read at run time and so need validators; state and features are only written. */
const READ_AT_RUN_TIME = ["config", "process", "resources", "layers"] as const;

type Schema = SchemaObject & { readonly title?: string; readonly definitions?: Readonly<Record<string, SchemaObject>> };

/** Every generated file: path from the project's root → its text. */
export async function generateSpec(): Promise<Map<string, string>> {
  const schemas = await readSchemas();
  const files = new Map([[`${OUT}/types.ts`, await generateTypes(schemas)]]);
  const definitions = Object.assign({}, ...[...schemas.values()].map((schema) => schema.definitions));
  for (const name of READ_AT_RUN_TIME) {
    files.set(`${OUT}/${name}.ts`, generateCheck(NOTE, checkName(name), schemas.get(name) ?? {}, definitions));
  }
  const ajv = compiler(schemas, { messages: false, allErrors: true });
  files.set(`${OUT}/problems.js`, validators(ajv, Object.fromEntries(READ_AT_RUN_TIME.map((name) => [name, name]))));
  files.set(`${OUT}/problems.d.ts`, declareProblems());
  files.set(`${OUT}/members.ts`, listMembers(schemas.get("config") ?? {}));
  return files;
}

/** What members of config.json are called, and in which of them members have any names. */
function listMembers({ definitions = {}, ...config }: Schema): string {
  const members = [config, ...Object.values(definitions)].flatMap(({ properties = {} }) => Object.entries<SchemaObject>(properties));
  const names = new Set(members.map(([name]) => name));
  const isFree = (schema: SchemaObject): boolean => {
    const { properties, additionalProperties }: SchemaObject = definitions[schema.$ref?.split("/").at(-1) ?? ""] ?? schema;
    return properties === undefined && typeof additionalProperties === "object";
  };
  const free = new Set(members.filter(([, schema]) => isFree(schema)).map(([name]) => name));
  const list = (all: ReadonlySet<string>): string => JSON.stringify([...all].sort().join(" "));
  return `// ${NOTE}\nexport const MEMBERS = ${list(names)};\nexport const FREE_MAPS = ${list(free)};\n`;
}

async function readSchemas(): Promise<Map<string, Schema>> {
  const files = (await readdir("schemas")).filter((file) => file.endsWith(".json")).sort();
  return new Map(
    await Promise.all(files.map(async (file) => [file.slice(0, -".json".length), await Bun.file(`schemas/${file}`).json()] as const)),
  );
}

function compiler(schemas: ReadonlyMap<string, Schema>, options: Options): Ajv {
  const ajv = new Ajv({ strict: true, code: CODE, keywords: ["tsType"], ...options });
  for (const schema of schemas.values()) ajv.addSchema(schema);
  return ajv;
}

/** Text of an ES module that exports each named schema's validator and imports nothing. */
function validators(ajv: Ajv, exported: Readonly<Record<string, string>>): string {
  const ids = Object.fromEntries(Object.entries(exported).map(([as, schema]) => [as, `${schema}.json`]));
  const code = standaloneCode(ajv, ids).replace(/^"use strict";/, "");
  if (/\brequire\(|\bimport\b/.test(code))
    throw new Error("a schema uses a keyword that needs ajv at run time; say it in src/spec/rules instead");
  return `// ${NOTE}\n${COLLECTOR}${bounded(code)}\n`;
}

/**
 * ajv collects every fault as an object, and copies the list at each level: unbounded time and memory for a file full of
 * faults. So only the first are kept, and the others counted.
 */
const COLLECTOR = `
const MOST_KEPT = 1000;
let uncounted = 0;

export function findFaults(find, value) {
  uncounted = 0;
  return find(value) ? { faults: [], others: 0 } : { faults: find.errors, others: uncounted };
}

function keep(faults, fault) {
  if (faults.length < MOST_KEPT) faults.push(fault);
  else uncounted++;
}

function join(faults, more) {
  if (faults === null) return more;
  for (const fault of more) keep(faults, fault);
  return faults;
}
`;

/** Throws if ajv's code differs from what is replaced here. */
function bounded(code: string): string {
  const changed = code
    .replace(/\bvErrors\.push\((err\d+)\);/g, "keep(vErrors, $1);")
    .replace(
      /\bvErrors = vErrors === null \? (validate\d+)\.errors : vErrors\.concat\(\1\.errors\);/g,
      "vErrors = join(vErrors, $1.errors);",
    );
  if (/vErrors\.(push|concat)\(|\b_errs\d/.test(changed))
    throw new Error("ajv collects faults in a way unknown to scripts/generate-spec.ts");
  return changed;
}

function checkName(schema: string): string {
  return `is${schema.replace(/^./, (letter) => letter.toUpperCase())}`;
}

function declareProblems(): string {
  return `/** ${NOTE} */
export interface Fault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Finder {
  (data: unknown): boolean;
  errors?: readonly Fault[] | null;
}
/** The first faults of a value, and how many others there are. */
export declare function findFaults(find: Finder, value: unknown): { readonly faults: readonly Fault[]; readonly others: number };
${READ_AT_RUN_TIME.map((name) => `export declare const ${name}: Finder;`).join("\n")}
`;
}

/**
 * One TypeScript declaration per definition. References are turned into plain type names first, because resolving a
 * reference with a description of its own would yield a second, numbered type.
 */
async function generateTypes(schemas: ReadonlyMap<string, Schema>): Promise<string> {
  const declared: Record<string, Schema> = {};
  for (const { definitions = {}, ...root } of schemas.values()) {
    if (root.title !== undefined) declared[root.title] = root;
    Object.assign(declared, definitions);
  }
  const everything = { title: "Everything", type: "object", properties: declared } as const;
  const named: unknown = JSON.parse(JSON.stringify(everything), nameReference);
  const text = await compile(named as typeof everything, "Everything", {
    additionalProperties: false,
    bannerComment: `/** ${NOTE} */`,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 10_000 },
  });
  return readonlyTypes(shortComments(text.replace(/export interface Everything \{[^}]*\}\n/, "")));
}

function nameReference(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return value;
  const { $ref, ...rest } = value;
  return { ...rest, tsType: String($ref).replace(/^.*\//, "") };
}

function shortComments(text: string): string {
  return text.replace(/\/\*\*\n\s*\* ([^\n]*)\n\s*\*\//g, "/** $1 */");
}

/** Makes every property, list and map readonly. The print width ensures that a line holds a whole property. */
function readonlyTypes(text: string): string {
  return text
    .replace(/^( +)(\w+\??: )/gm, "$1readonly $2")
    .replace(/^( +)(\[k: string\]: )/gm, "$1readonly $2")
    .replace(/: (\w+\[\]);$/gm, ": readonly $1;");
}
