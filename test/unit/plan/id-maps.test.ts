import { expect, test } from "bun:test";
import { firstMapped, isMapped, isSingleSelfMapping, mapLines, needsIdMapHelper, planIdMaps } from "../../../src/plan/id-maps.ts";

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

test("only one id that is one's own is a self mapping", () => {
  expect(isSingleSelfMapping(self(1000), 1000)).toBe(true);
  expect(isSingleSelfMapping(self(1000), 1001)).toBe(false);
  expect(isSingleSelfMapping([{ containerID: 0, hostID: 1000, size: 2 }], 1000)).toBe(false);
  expect(isSingleSelfMapping(range, 1000)).toBe(false);
});

const user = { uid: 1000, gid: 1000, privileged: false };

test.each([
  ["root writes any map", { uidMappings: range, gidMappings: range, uid: 0, gid: 0, privileged: true }, false],
  ["a user writes his own id", { uidMappings: self(1000), gidMappings: self(1000), ...user }, false],
  ["a user needs the helper for ranges", { uidMappings: range, gidMappings: range, ...user }, true],
  ["a user needs the helper for a group that is not his", { uidMappings: self(1000), gidMappings: self(27), ...user }, true],
])("%s", (_, input, byHelper) => {
  expect(needsIdMapHelper(input)).toBe(byHelper);
  expect(planIdMaps(input).step).toMatchObject({ op: "writeIdMaps", byHelper, denySetgroups: !input.privileged && !byHelper });
});

test("a missing map is an error that names it", () => {
  expect(() => planIdMaps({ uidMappings: range, gidMappings: [], ...user })).toThrow(
    "cannot make a user namespace: linux.gidMappings is empty",
  );
});
