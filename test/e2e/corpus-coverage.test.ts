/** Each field of config.json stands in the corpus that is compared with runc and crun, with each of its interesting values. */
import { expect, test } from "bun:test";
import config from "../../schemas/config.json" with { type: "json" };
import { MOUNT_OPTIONS } from "../../src/plan/mounts/mount-options.ts";
import { configOf } from "../support/bundle.ts";
import { isObject, type Json, type JsonObject } from "../support/json.ts";
import { allowedFields, usedFields } from "../support/schema-fields.ts";
import { CORPUS } from "./corpus/all.ts";

/** What is not compared, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "/linux/netDevices/*/name": "it takes a device on the host, and neither runc 1.1 nor crun 1.8 knows it: see net-devices.test.ts",
};

const CONFIGS = Object.values(CORPUS)
  .flat()
  .map((subject) => configOf(subject));

test("every field of config.json that has a value in the schema is compared, or left out for a reason", () => {
  const used = new Set(CONFIGS.flatMap((one) => [...usedFields(one)]));
  const missing = allowedFields().filter((field) => !used.has(field));
  expect(missing).toEqual(Object.keys(LEFT_OUT));
});

test("every mount option is compared", () => {
  const used = new Set(CONFIGS.flatMap(({ mounts }) => objects(mounts).flatMap(({ options }) => (Array.isArray(options) ? options : []))));
  expect(Object.keys(MOUNT_OPTIONS).filter((option) => !used.has(option))).toEqual([]);
});

test("every type of namespace is compared, new and given by path", () => {
  const all = CONFIGS.flatMap(({ linux }) => (isObject(linux) ? objects(linux.namespaces) : []));
  for (const isJoined of [false, true]) {
    const used = all.filter(({ path }) => (path !== undefined) === isJoined).map(({ type }) => type);
    expect(config.definitions.NamespaceType.enum.filter((type) => !used.includes(type))).toEqual([]);
  }
});

test("limits of processes are compared without a limit, with 0, and with one", () => {
  const used = CONFIGS.map(({ linux }) => read(linux, "resources", "pids", "limit"));
  expect([undefined, -1, 0].map((limit) => used.includes(limit))).toEqual([true, true, true]);
  expect(used.some((limit) => Number(limit) > 1)).toBe(true);
});

test("cgroupsPath is compared when it is absent, relative and absolute", () => {
  const used = CONFIGS.map(({ linux }) => read(linux, "cgroupsPath"));
  for (const isForm of [
    (path: Json | undefined): boolean => path === undefined,
    (path: Json | undefined): boolean => String(path).startsWith("/"),
    (path: Json | undefined): boolean => path !== undefined && !String(path).startsWith("/"),
  ])
    expect(used.some((path) => isForm(path))).toBe(true);
});

function objects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function read(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}
