import { expect, test } from "bun:test";
import { randomName, randomUuid } from "../../../src/sys/call/random.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("names are random, and UUIDs are of version 4", () => {
  const names = Array.from({ length: 100 }, randomName);
  const uuids = Array.from({ length: 100 }, randomUuid);
  expect(names.filter((name) => !/^[0-9a-f]{16}$/.test(name))).toEqual([]);
  expect(uuids.filter((uuid) => !UUID.test(uuid))).toEqual([]);
  expect(new Set([...names, ...uuids]).size).toBe(200);
});
