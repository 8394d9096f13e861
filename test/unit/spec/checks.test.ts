/** The generated check, ajv's validator and the places: compared over every value of a full example. */
import { beforeAll, expect, test } from "bun:test";
import { isConfig } from "../../../src/spec/generated/config.ts";
import { isLayers } from "../../../src/spec/generated/layers.ts";
import { config, layers } from "../../../src/spec/generated/problems.js";
import { isProcess } from "../../../src/spec/generated/process.ts";
import { isResources } from "../../../src/spec/generated/resources.ts";
import { locate } from "../../../src/spec/json-positions.ts";
import { parseRounded, restoreIntegers } from "../../../src/spec/json-quirks.ts";
import { member } from "../../../src/spec/rules/rule.ts";
import { PATTERNS } from "../../../src/spec/wording.ts";
import { isObject, type Json } from "../../support/json.ts";
import { CONFIG, LAYERS, PROCESS, RESOURCES } from "./example.ts";
import { problemsOf } from "./problems-of.ts";

interface Spot {
  readonly pointer: string;
  readonly value: Json;
}

const SPOTS = [...spots(CONFIG, "")].filter(({ pointer }) => pointer !== "");
const WRONG: readonly Json[] = ["wrong\u00e9", -7, 3.5, 1e300, true, null, [], [null], {}, ["x"], { x: 1 }];

function* spots(value: Json, pointer: string): Generator<Spot> {
  yield { pointer, value };
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) yield* spots(inner, pointer + member(key));
}

/** The example with one value replaced. */
function changed(value: Json, path: readonly string[], wrong: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return wrong;
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? changed(item, rest, wrong) : item));
  if (!isObject(value)) throw new Error(`nothing at ${key}`);
  return { ...value, [key]: changed(value[key] ?? null, rest, wrong) };
}

/** The example without one value. */
function takenOut(pointer: string): unknown {
  const copy: unknown = structuredClone(CONFIG);
  const keys = keysOf(pointer);
  const holder = keys
    .slice(0, -1)
    .reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined), copy);
  const last = keys.at(-1) ?? "";
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (typeof holder === "object" && holder !== null) Reflect.deleteProperty(holder, last);
  else throw new Error(`nothing at ${pointer}`);
  return copy;
}

function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A value of another type than the given one, so that the schema must refuse it. */
function wrongFor(value: Json): Json {
  return typeof value === "number" ? 'a\\"\u{1F600}' : 5;
}

let schemas: ReadonlyMap<string, unknown>;
beforeAll(async () => {
  const names = ["config", "features", "layers", "process", "resources", "state"];
  schemas = new Map(await Promise.all(names.map(async (name) => [name, await Bun.file(`schemas/${name}.json`).json()] as const)));
});

test("the example uses every property of the schemas", () => {
  const known = new Set([...properties(schemas.get("config"))]);
  const used = new Set(SPOTS.flatMap(({ pointer }) => keysOf(pointer).slice(-1)));
  expect([...known].filter((name) => !used.has(name))).toEqual([]);
});

function* properties(schema: unknown): Generator<string> {
  if (typeof schema !== "object" || schema === null) return;
  if ("properties" in schema && typeof schema.properties === "object" && schema.properties !== null) yield* Object.keys(schema.properties);
  for (const inner of Object.values(schema)) yield* properties(inner);
}

test("the example passes every check", async () => {
  expect([isConfig(CONFIG), isProcess(PROCESS), isResources(RESOURCES), isLayers(LAYERS), config(CONFIG), layers(LAYERS)]).toEqual(
    Array(6).fill(true),
  );
  expect(await problemsOf(JSON.stringify(CONFIG))).toBe("");
  expect(await problemsOf(JSON.stringify(LAYERS), "layers.json")).toBe("");
});

test("the generated check and ajv agree whichever value of the example is replaced or removed", () => {
  const disagreements: string[] = [];
  for (const { pointer } of SPOTS) {
    for (const wrong of WRONG) {
      const variant = changed(CONFIG, keysOf(pointer), wrong);
      if (isConfig(variant) !== config(variant)) disagreements.push(`${pointer} = ${JSON.stringify(wrong)}`);
    }
    const without = takenOut(pointer);
    if (isConfig(without) !== config(without)) disagreements.push(`${pointer} taken out`);
  }
  expect(SPOTS.length).toBeGreaterThan(280);
  expect(disagreements).toEqual([]);
});

test("the generated check and ajv agree whichever number is out of range", () => {
  const edges = [
    -1,
    0,
    1,
    2,
    6,
    7,
    8,
    100,
    101,
    511,
    512,
    1000,
    1001,
    4095,
    4096,
    65535,
    65536,
    2 ** 20 - 1,
    2 ** 20,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 2,
    2 ** 32 - 1,
    2 ** 32,
    2n ** 53n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 1n,
    2n ** 64n,
    -(2n ** 63n),
    -(2n ** 63n) - 1n,
    10n ** 30n,
    -1001,
  ];
  const numbers = SPOTS.filter(({ value }) => typeof value === "number");
  const disagreements = numbers.flatMap(({ pointer }) =>
    edges.filter((edge) => {
      const [exact, rounded] =
        typeof edge === "bigint" ? largeVariants(pointer, edge) : Array(2).fill(changed(CONFIG, keysOf(pointer), edge));
      return isConfig(exact) !== config(rounded);
    }),
  );
  expect(disagreements).toEqual([]);
});

/** The example with an integer that JSON.parse rounds, as the generated check and as ajv sees it. */
function largeVariants(pointer: string, integer: bigint): [exact: unknown, rounded: unknown] {
  const text = JSON.stringify(changed(CONFIG, keysOf(pointer), "EDGE")).replace('"EDGE"', String(integer));
  const exact: unknown = JSON.parse(text);
  restoreIntegers(text, exact);
  return [exact, parseRounded(text)];
}

test("[C73] a wrong type anywhere is reported with exactly its pointer, line and column", async () => {
  const failures: string[] = [];
  for (const { pointer, value } of SPOTS) {
    const wrong = wrongFor(value);
    const text = JSON.stringify(changed(CONFIG, keysOf(pointer), wrong), undefined, 2);
    const { line, column } = locate(text, pointer) ?? { line: 0, column: 0 };
    const atLine = text.split("\n")[line - 1] ?? "";
    const said = await problemsOf(text);
    const prefix = `config.json:${line}:${column} ${pointer}: must be `;
    const suffix = `, not ${JSON.stringify(wrong)}`;
    const isThere = atLine.slice(column - 1).startsWith(JSON.stringify(wrong));
    if (!(said.startsWith(prefix) && said.endsWith(suffix) && !said.includes("\n") && isThere)) failures.push(`${pointer}: ${said}`);
  }
  expect(failures).toEqual([]);
});

test("every pattern of the schemas has words", () => {
  const patterns = [...schemas.values()].flatMap((schema) => [...JSON.stringify(schema).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)]);
  expect(patterns.map(([, pattern = ""]) => JSON.parse(pattern))).toEqual(Object.keys(PATTERNS));
});
