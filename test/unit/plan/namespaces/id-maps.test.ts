import { expect, test } from "bun:test";
import {
  containerId,
  firstMapped,
  hostId,
  isMapped,
  isSingleSelfMapping,
  mapLines,
  planIdMaps,
} from "../../../../src/plan/namespaces/id-maps.ts";
import type { IdMapping, Spec } from "../../../../src/spec/types.ts";

const self = (hostID: number, containerID = 0) => [{ containerID, hostID, size: 1 }];
const range = [
  { containerID: 0, hostID: 1000, size: 1 },
  { containerID: 1, hostID: 100000, size: 65536 },
];

test("mappings become the lines of uid_map", () => {
  expect(mapLines(range)).toBe("0 1000 1\n1 100000 65536\n");
  expect(mapLines([])).toBe("");
});

test("an id is mapped if it lies in one of the ranges", () => {
  expect([0, 1, 65536, 65537].map((id) => isMapped(id, range))).toEqual([true, true, true, false]);
});

test.each([
  [range, 0],
  [self(1000, 1000), 1000],
  [
    [
      { containerID: 5, hostID: 1, size: 2 },
      { containerID: 3, hostID: 9, size: 1 },
    ],
    3,
  ],
  [[], 0],
])("of %j the first mapped id is %d", (mappings, id) => {
  expect(firstMapped(mappings)).toBe(id);
});

test("only a single id that is one's own is a self mapping", () => {
  expect(isSingleSelfMapping(self(1000), 1000)).toBe(true);
  expect(isSingleSelfMapping(self(1000), 1001)).toBe(false);
  expect(isSingleSelfMapping([{ containerID: 0, hostID: 1000, size: 2 }], 1000)).toBe(false);
  expect(isSingleSelfMapping(range, 1000)).toBe(false);
});

function spec(uidMappings: readonly IdMapping[], gidMappings: readonly IdMapping[], path = ""): Spec {
  return { ociVersion: "1.3.0", linux: { namespaces: [{ type: "user", path }], uidMappings, gidMappings } };
}

const root = { uid: 0, gid: 0 };
const user = { uid: 1000, gid: 1000 };

test.each([
  ["root writes any map", spec(range, range), root, false, false],
  ["a user writes his own id and gives up setgroups", spec(self(1000), self(1000)), user, false, true],
  ["a user needs the helper for ranges", spec(range, range), user, true, false],
  ["a user needs the helper for a group that is not his", spec(self(1000), self(27)), user, true, false],
])("%s", (_, config, writer, byHelper, denySetgroups) => {
  expect(planIdMaps(config, writer)).toMatchObject({ op: "writeIdMaps", byHelper, denySetgroups });
});

test("a user without mappings becomes root in a namespace of one id", () => {
  expect(planIdMaps(spec([], []), user)).toMatchObject({ uidMap: "0 1000 1\n", gidMap: "0 1000 1\n", byHelper: false });
});

test("with a joined namespace, or none, there is nothing to write", () => {
  expect(planIdMaps(spec(range, range, "/proc/1/ns/user"), root)).toBeUndefined();
  expect(planIdMaps({ ociVersion: "1.3.0" }, root)).toBeUndefined();
});

test("a missing map is an error that names it", () => {
  expect(() => planIdMaps(spec(range, []), root)).toThrow("cannot make a user namespace: linux.gidMappings is empty");
});

test("the host's id is counted from the start of its range", () => {
  expect([0, 1, 65536, 65537].map((id) => hostId(id, range))).toEqual([1000, 100000, 165535, undefined]);
});

test.each([
  [100_005, 5],
  [61_001, 70_000],
  [61_002, 61_002],
  [0, 0],
])("the container's name of id %d of the host is %d", (host, container) => {
  const mappings = [
    { containerID: 0, hostID: 100_000, size: 65_536 },
    { containerID: 70_000, hostID: 61_001, size: 1 },
  ];
  expect(containerId(host, mappings)).toBe(container);
});
