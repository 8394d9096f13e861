/** Limits of the process, and hard limits that have to be raised before a user namespace is entered. */
import { expect, test } from "bun:test";
import { planRaisedLimits, planRlimits, RLIMITS, UNLIMITED } from "../../../../src/plan/process/rlimits.ts";

const OWN = new Map([[RLIMITS.RLIMIT_NOFILE, { soft: 1024n, hard: 4096n }]]);

test("a hard limit above our own is raised early, with our soft limit", () => {
  expect(planRaisedLimits([{ type: "RLIMIT_NOFILE", soft: 10, hard: 8192 }], OWN)).toEqual([
    { origin: "/process/rlimits/0", step: { op: "setrlimit", resource: 7, soft: 1024n, hard: 8192n } },
  ]);
});

test("a hard limit at or below our own is set with the others, and so is one that was not asked about", () => {
  expect(planRaisedLimits([{ type: "RLIMIT_NOFILE", soft: 10, hard: 4096 }], OWN)).toEqual([]);
  expect(planRaisedLimits([{ type: "RLIMIT_CORE", soft: 0, hard: 2n ** 64n - 1n }], OWN)).toEqual([]);
});

test("unlimited is passed as the largest number", () => {
  expect(planRlimits([{ type: "RLIMIT_CORE", soft: 0, hard: 2n ** 64n - 1n }])).toEqual([
    { origin: "/process/rlimits/0", step: { op: "setrlimit", resource: 4, soft: 0n, hard: UNLIMITED } },
  ]);
});
