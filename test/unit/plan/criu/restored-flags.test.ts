/** Flags of mounts that CRIU has lost. */
import { expect, test } from "bun:test";
import { findLostFlags } from "../../../../src/plan/criu/restored-flags.ts";

const mount = (mountPoint: string, flags: string) => ({ mountPoint, flags });

test.each([
  ["nothing", "ro,nosuid,relatime", "ro,nosuid,relatime", undefined],
  ["times of access, which forbid nothing", "rw,noatime", "rw,relatime", undefined],
  ["read-only, and no set-user-id programs", "ro,nosuid,relatime", "rw,relatime", { set: 0x3n, clear: 0n }],
  ["what CRIU does not know", "rw,nosymfollow", "rw", { set: 0x200000n, clear: 0n }],
  ["what there was not", "rw,nodev", "rw,nodev,noexec", { set: 0n, clear: 0x8n }],
])("%s", (_, before, after, change) => {
  const restored = mount("/d", after);
  expect(findLostFlags([restored], [mount("/d", before)])).toEqual(change === undefined ? [] : [{ mount: restored, ...change }]);
});

test("mounts that are new, or one over the other, are left alone", () => {
  expect(findLostFlags([mount("/new", "rw")], [mount("/d", "ro")])).toEqual([]);
  expect(findLostFlags([mount("/d", "rw"), mount("/d", "ro")], [mount("/d", "ro")])).toEqual([]);
  expect(findLostFlags([mount("/d", "rw")], [mount("/d", "ro"), mount("/d", "ro")])).toEqual([]);
});
