/** Which profiles let init load its filter before others can see it. */
import { expect, test } from "bun:test";
import { compileFilter } from "../../../../src/host/facts/filter-compiler.ts";
import { admissionOf } from "../../../../src/host/facts/last-stage.ts";
import type { Seccomp, SeccompRule } from "../../../../src/spec/types.ts";
import { hasPodmanProfile, podmanProfile } from "../../../support/podman-profile.ts";
import { requires } from "../../../support/requires.ts";

const admitsLastStage = (program: Uint8Array): boolean => admissionOf(program, false).admitsLastStage;
const there = requires("libseccomp");
const CALLS = ["clone3", "pipe2", "sendto", "exit", "close", "read", "setsid", "ioctl", "recvfrom", "accept4", "execve"];

const allowing = (...syscalls: SeccompRule[]): Seccomp => ({ defaultAction: "SCMP_ACT_ERRNO", syscalls });
const allow = (names: readonly string[], more: Partial<SeccompRule> = {}): SeccompRule => ({ names, action: "SCMP_ACT_ALLOW", ...more });
const without = (name: string): string[] => CALLS.filter((call) => call !== name);

test.if(there && hasPodmanProfile())("the profile that engines use does", () => {
  expect(admissionOf(compileFilter(podmanProfile()), true)).toEqual({ admitsLastStage: true, admitsSendmsg: true, admitsCapset: true });
});

test.if(there)("one that allows exactly what init calls does, and none that forbids one of them", () => {
  expect(admitsLastStage(compileFilter(allowing(allow(CALLS))))).toBe(true);
  expect(CALLS.filter((call) => admitsLastStage(compileFilter(allowing(allow(without(call))))))).toEqual([]);
});

test.if(there).each([
  ["without clone3, but with clone of no new namespaces", ["SCMP_ACT_ERRNO", 38], 0x7e020000, true],
  ["with clone of new namespaces alone", ["SCMP_ACT_ERRNO", 38], 0x8000, false],
  ["that says instead that clone3 is forbidden", ["SCMP_ACT_ERRNO", 1], 0x7e020000, true],
  ["with another errno for clone3, after which clone is not tried", ["SCMP_ACT_ERRNO", 11], 0x7e020000, false],
] as const)("one %s", (_, [action, errnoRet], mask, admits) => {
  const clone = allow(["clone"], { args: [{ index: 0, op: "SCMP_CMP_MASKED_EQ", value: mask, valueTwo: 0 }] });
  const rules = [allow(without("clone3")), clone, { names: ["clone3"], action, errnoRet }];
  expect(admitsLastStage(compileFilter({ defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 2, syscalls: rules }))).toBe(admits);
});

test.if(there)("one that allows ioctl for other requests, or asks a listener, does not", () => {
  const other = allow(["ioctl"], { args: [{ index: 1, op: "SCMP_CMP_EQ", value: 0x5401 }] });
  expect(admitsLastStage(compileFilter(allowing(allow(without("ioctl")), other)))).toBe(false);
  expect(
    admitsLastStage(compileFilter({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["setsid"], action: "SCMP_ACT_NOTIFY" }] })),
  ).toBe(false);
  expect(admitsLastStage(compileFilter({ defaultAction: "SCMP_ACT_LOG" }))).toBe(true);
});

test.if(there)("what a filter says of the calls that only some plans make is told for each", () => {
  const ofSendmsg = compileFilter({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["sendmsg"], action: "SCMP_ACT_NOTIFY" }] });
  expect(admissionOf(ofSendmsg, true)).toEqual({ admitsLastStage: true, admitsSendmsg: false, admitsCapset: true });
  const ofCapset = compileFilter({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["capset"], action: "SCMP_ACT_ERRNO" }] });
  expect(admissionOf(ofCapset, true)).toEqual({ admitsLastStage: true, admitsSendmsg: true, admitsCapset: false });
  expect(admissionOf(compileFilter(allowing(allow(CALLS))), true)).toEqual({
    admitsLastStage: true,
    admitsSendmsg: false,
    admitsCapset: false,
  });
});
