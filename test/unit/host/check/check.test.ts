/** check of a config.json in which one value is missing or another: always findings, whatever the checks behind the schema read. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { hostPath } from "../../../../src/base/paths.ts";
import { checkBundle } from "../../../../src/host/check/check.ts";
import { isObject, type Json } from "../../../support/json.ts";
import { type TempDir, tempDir } from "../../../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../../../support/until.ts";
import { CONFIG } from "../../spec/example.ts";

const CONTEXT = { root: hostPath("/nonexistent"), systemdCgroup: false, rootless: "auto", warn: () => {}, trace: () => {} } as const;

type Path = readonly string[];

function* paths(value: Json, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) yield* paths(inner, [...path, key]);
}

/** A copy with another value at a path; with undefined, without it. */
function changed(value: Json, [key = "", ...rest]: Path, to: Json | undefined): Json {
  const change = (inner: Json): Json | undefined => (rest.length === 0 ? to : changed(inner, rest, to));
  if (Array.isArray(value)) return value.flatMap((item: Json, i) => (String(i) === key ? (change(item) ?? []) : [item]));
  if (!isObject(value)) throw new Error(`nothing at ${key}`);
  return { ...value, [key]: change(value[key] ?? null) };
}

async function findingsOf(bundle: TempDir, config: Json): Promise<number> {
  writeFileSync(`${bundle.path}/config.json`, JSON.stringify(config));
  const { findings, more } = await checkBundle(bundle.path, CONTEXT);
  return findings.length + more.errors;
}

test.each([
  ["missing", () => undefined],
  ["of another type", (old: Json) => (typeof old === "number" ? "x" : 5)],
  ["with a NUL", () => "\0"],
] as const)(
  "any value %s gives findings",
  async (_, wrongFor) => {
    await using bundle = await tempDir({ rootfs: { directory: true } });
    const silent: Path[] = [];
    for (const path of paths(CONFIG)) {
      if ((await findingsOf(bundle, changed(CONFIG, path, wrongFor(valueAt(path))))) === 0) silent.push(path);
    }
    expect(silent).toEqual([]);
  },
  TEST_TIMEOUT,
);

function valueAt(path: Path): Json {
  return path.reduce<Json>((at, key) => (Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined) ?? null, CONFIG);
}

test("what is missing keeps the checks from reading the object that should have it", async () => {
  await using bundle = await tempDir({ rootfs: { directory: true } });
  writeFileSync(`${bundle.path}/config.json`, '{"ociVersion":"1.0.2","process":{"args":["true"],"capabilities":{}}}');
  const { findings } = await checkBundle(bundle.path, CONTEXT);
  expect(findings.map(({ pointer, problem }) => `${pointer} ${problem}`)).toEqual([
    '/process "cwd" is missing',
    ' "root" is missing: there is no root file system',
  ]);
});
