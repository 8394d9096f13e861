/** Lists of devices, as systemd can be told of them. */
import { expect, test } from "bun:test";
import { planDeviceProperties } from "../../../../src/plan/cgroup/device-properties.ts";
import { planDeviceRules } from "../../../../src/plan/cgroup/device-rules.ts";
import type { DeviceRule } from "../../../../src/spec/types.ts";

const DRIVERS = "Character devices:\n  1 mem\n136 pts\n137 pts\n\nBlock devices:\n  8 sd\n259 blkext\n";

function planned(devices: readonly DeviceRule[], isV2: boolean): [policy: unknown, allowed: unknown] {
  const properties = planDeviceProperties({ rules: planDeviceRules(devices), isV2, drivers: DRIVERS });
  expect(properties.map(({ name, signature }) => [name, signature])).toEqual([
    ["DevicePolicy", "s"],
    ["DeviceAllow", "a(ss)"],
  ]);
  return [properties[0]?.value, properties[1]?.value];
}

/** What every container may use. */
const DEFAULTS = [
  ["char-*", "m"],
  ["block-*", "m"],
  ...["1:3", "1:8", "1:7", "5:0", "1:5", "1:9"].map((numbers) => [`/dev/char/${numbers}`, "rwm"]),
  ["char-pts", "rwm"],
  ["/dev/char/5:2", "rwm"],
  ["/dev/char/10:200", "rwm"],
];
const FORBID_ALL: DeviceRule = { allow: false, access: "rwm" };

test.each([true, false])("what is allowed is listed (v2: %p)", (isV2) => {
  const disk: DeviceRule = { allow: true, type: "b", major: 8, minor: 1, access: "r" };
  const all: DeviceRule = { allow: true, type: "b", major: 259, access: "rw" };
  expect(planned([FORBID_ALL], isV2)).toEqual(["strict", DEFAULTS]);
  expect(planned([FORBID_ALL, disk, all], isV2)).toEqual(["strict", [["/dev/block/8:1", "r"], ["block-blkext", "rw"], ...DEFAULTS]]);
});

test.each([true, false])("where everything is allowed nothing is listed (v2: %p)", (isV2) => {
  expect(planned([{ allow: true, access: "rwm" }], isV2)).toEqual(["auto", []]);
});

test.each<[string, DeviceRule[], unknown]>([
  [
    "an exception from everything",
    [
      { allow: true, access: "rwm" },
      { allow: false, type: "b", major: 8, minor: 0, access: "w" },
    ],
    [],
  ],
  ["a driver that is not there", [FORBID_ALL, { allow: true, type: "c", major: 240, access: "rw" }], DEFAULTS],
  ["a minor of any driver", [FORBID_ALL, { allow: true, type: "c", minor: 7, access: "rw" }], DEFAULTS],
])("%s: to systemd everything is allowed on v2, and less than that on v1", (_, devices, listed) => {
  expect(planned(devices, true)).toEqual(["auto", []]);
  expect(planned(devices, false)).toEqual(["strict", listed]);
});

test("a hole in what is allowed leaves the matter to the filter of v2", () => {
  const rules: DeviceRule[] = [
    FORBID_ALL,
    { allow: true, type: "b", major: 8, access: "rw" },
    { allow: false, type: "b", major: 8, minor: 0, access: "w" },
  ];
  expect(planned(rules, true)).toEqual(["auto", []]);
});
