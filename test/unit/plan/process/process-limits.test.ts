import { expect, test } from "bun:test";
import { CAPABILITIES, capabilityNames, parseCapabilities } from "../../../../src/plan/process/capabilities.ts";
import { personalityFlags, personalityName } from "../../../../src/plan/process/personality.ts";
import { planRlimits, rlimitName, UNLIMITED } from "../../../../src/plan/process/rlimits.ts";

test("capabilities are bits by number", () => {
  expect(parseCapabilities(["CAP_KILL", "CAP_CHOWN", "CAP_CHECKPOINT_RESTORE", "CAP_KILL"])).toEqual({ bits: 0x10000000021n, unknown: [] });
});

test("another spelling, or a property of objects, is an unknown capability", () => {
  expect(parseCapabilities(["cap_kill", "KILL", "CAP_FLY", "toString"])).toEqual({
    bits: 0n,
    unknown: ["cap_kill", "KILL", "CAP_FLY", "toString"],
  });
});

test("capability numbers run from 0 to 40 without a gap", () => {
  expect(Object.values(CAPABILITIES) as number[]).toEqual(Array.from({ length: 41 }, (_, i) => i));
});

test.each([
  [0n, "none"],
  [(1n << 41n) - 1n, "all"],
  [0x21n, "CAP_CHOWN,CAP_KILL"],
  [(1n << 41n) | 1n, "CAP_CHOWN,0x20000000000"],
])("the capability set %p reads %s", (bits, words) => {
  expect(capabilityNames(bits)).toBe(words);
});

test("limits keep their order, their whole 64 bits and their place in config.json", () => {
  const steps = planRlimits([
    { type: "RLIMIT_NOFILE", hard: 1024, soft: 512 },
    { type: "RLIMIT_CORE", hard: 18446744073709551615n, soft: 0 },
  ]);
  expect(steps).toEqual([
    { origin: "/process/rlimits/0", step: { op: "setrlimit", resource: 7, soft: 512n, hard: 1024n } },
    { origin: "/process/rlimits/1", step: { op: "setrlimit", resource: 4, soft: 0n, hard: UNLIMITED } },
  ]);
  expect([rlimitName(7), rlimitName(99)]).toEqual(["RLIMIT_NOFILE", "limit 99"]);
});

test("an unknown limit is refused with its place", () => {
  const rlimits = JSON.parse('[{"type":"RLIMIT_NOFILE","soft":1,"hard":1},{"type":"toString","soft":1,"hard":1}]');
  expect(() => planRlimits(rlimits)).toThrow(
    expect.objectContaining({ code: "config", detail: expect.objectContaining({ pointer: "/process/rlimits/1/type" }) }),
  );
});

test("personalities are those of the specification, without flags", () => {
  expect([personalityFlags({ domain: "LINUX" }), personalityFlags({ domain: "LINUX32", flags: [] })]).toEqual([0, 8]);
  expect(() => personalityFlags({ domain: "LINUX", flags: ["ADDR_NO_RANDOMIZE"] })).toThrow("none is defined");
  expect(() => personalityFlags(JSON.parse('{"domain":"BSD"}'))).toThrow("accepted are LINUX and LINUX32");
  expect([personalityName(8), personalityName(3)]).toEqual(["LINUX32", "3"]);
});
