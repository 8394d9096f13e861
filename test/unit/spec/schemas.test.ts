/** The schemas of lamina's output: the program has no validator for state and features, so ajv itself checks them here. */
import { expect, test } from "bun:test";
import Ajv from "ajv";
import { describeFeatures } from "../../../src/commands/features.ts";
import { isObject, type Json, type JsonObject } from "../../support/json.ts";

const STATE = { ociVersion: "1.3.0", id: "a", status: "running", pid: 5, bundle: "/b", annotations: { k: "v" }, owner: "root" };
const FEATURES = {
  ociVersionMin: "1.0.0",
  ociVersionMax: "1.3.0",
  hooks: ["prestart"],
  mountOptions: ["ro"],
  linux: {
    namespaces: ["pid"],
    cgroup: { v1: true },
    seccomp: { enabled: true, archs: [] },
    mountExtensions: { idmap: { enabled: true } },
  },
};

async function accepts(name: string, value: unknown): Promise<boolean> {
  const ajv = new Ajv({ strict: true, keywords: ["tsType"] });
  ajv.addSchema(await Bun.file("schemas/config.json").json());
  return ajv.compile(await Bun.file(`schemas/${name}.json`).json())(value) === true;
}

test("[C5] the schema of state accepts a state and refuses one with a missing or wrong member", async () => {
  expect(await accepts("state", STATE)).toBe(true);
  expect(await accepts("state", { ...STATE, pid: undefined, annotations: undefined })).toBe(true);
  for (const bent of [{ id: 1 }, { pid: "5" }, { pid: -1 }, { annotations: { a: 1 } }, { bundle: undefined }, { status: undefined }]) {
    expect(await accepts("state", JSON.parse(JSON.stringify({ ...STATE, ...bent })))).toBe(false);
  }
});

test("[C122] the schema of features accepts features and refuses wrong ones", async () => {
  expect(await accepts("features", FEATURES)).toBe(true);
  for (const bent of [
    { ociVersionMin: undefined },
    { hooks: [1] },
    { linux: { seccomp: { enabled: "yes" } } },
    { linux: { namespaces: null } },
  ]) {
    expect(await accepts("features", JSON.parse(JSON.stringify({ ...FEATURES, ...bent })))).toBe(false);
  }
});

test("[C122] features print nothing that the specification does not define", async () => {
  const schema = closed(await Bun.file("schemas/features.json").json());
  const accepted = new Ajv({ strict: true, keywords: ["tsType"] }).compile(schema);
  const told: unknown = JSON.parse(JSON.stringify(describeFeatures()));
  expect([accepted(told), accepted.errors]).toEqual([true, null]);
  expect(accepted({ ...FEATURES, linux: { seccomp: { enabled: true, more: 1 } } })).toBe(false);
});

/** The schema, without the permission for members that it does not name. */
function closed(schema: Json): JsonObject {
  const inside = (value: Json): Json => (Array.isArray(value) ? value.map(inside) : isObject(value) ? closed(value) : value);
  const object = isObject(schema) ? schema : {};
  const members = Object.entries(object).map(([key, value]) => [key, inside(value ?? null)]);
  return {
    ...Object.fromEntries(members),
    ...(isObject(object.properties) && object.type === "object" ? { additionalProperties: false } : {}),
  };
}

test("every definition has its name as its title, which names its type", async () => {
  for (const name of ["config", "features", "layers"]) {
    const { definitions } = await Bun.file(`schemas/${name}.json`).json();
    const entries = Object.entries<unknown>(definitions);
    expect(entries.map(([key]) => key)).toEqual(entries.map(([, schema]) => (isObject(schema) ? String(schema.title) : "")));
  }
});
