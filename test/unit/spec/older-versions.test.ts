/** A config.json of a version before 1.3 means what it meant then. */
import { expect, test } from "bun:test";
import { parseConfig } from "../../../src/spec/validate.ts";
import { type JsonObject, merge } from "../../support/json.ts";
import { MINIMAL } from "./example.ts";

async function resourcesOf(ociVersion: string, resources: JsonObject): Promise<unknown> {
  const { spec } = await parseConfig(JSON.stringify(merge(MINIMAL, { ociVersion, linux: { resources } })), "config.json");
  return spec.linux?.resources;
}

const ZERO = { pids: { limit: 0 }, cpu: { shares: 5 } };

test.each(["1.0.0", "1.0.2-dev", "1.2.1"])("zero processes are no limit that is set in version %s", async (version) => {
  expect(await resourcesOf(version, ZERO)).toEqual({ cpu: { shares: 5 } });
});

test.each(["1.3.0", "1.3.0-rc.1", "1.10.0"])("zero processes are a limit in version %s", async (version) => {
  expect(await resourcesOf(version, ZERO)).toEqual(ZERO);
});

test.each([-1, 1, 2 ** 40])("a limit of %d is the same in all versions", async (limit) => {
  expect(await resourcesOf("1.0.2", { pids: { limit } })).toEqual({ pids: { limit } });
});
