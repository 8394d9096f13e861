/** Flags of mounts that CRIU has lost. */
import { expect, test } from "bun:test";
import { findLostFlags, stagedMounts } from "../../../../src/plan/criu/restored-flags.ts";

const mount = (mountPoint: string, flags: string) => ({ mountPoint, flags });

test.each([
  ["nothing", "ro,nosuid,relatime", "ro,nosuid,relatime", undefined],
  ["times of access, which forbid nothing", "rw,noatime", "rw,relatime", undefined],
  ["read-only, and no set-user-id programs", "ro,nosuid,relatime", "rw,relatime", { set: 0x3n, clear: 0n }],
  ["what CRIU does not know", "rw,nosymfollow", "rw", { set: 0x200000n, clear: 0n }],
  ["what there was not", "rw,nodev", "rw,nodev,noexec", { set: 0n, clear: 0x8n }],
])("%s", (_, before, after, change) => {
  const restored = mount("/d", after);
  expect(findLostFlags([restored], { written: [mount("/d", before)], staged: [] })).toEqual(
    change === undefined ? [] : [{ mount: restored, ...change }],
  );
});

test("what config.json or the host forbids now is forbidden, and what was is as well", () => {
  const restored = mount("/d", "rw");
  const staged = [mount("/d", "ro,nosuid")];
  expect(findLostFlags([restored], { written: [mount("/d", "rw,nodev")], staged })).toEqual([{ mount: restored, set: 0x7n, clear: 0n }]);
  expect(findLostFlags([restored], { written: [], staged })).toEqual([{ mount: restored, set: 0x3n, clear: 0n }]);
  expect(findLostFlags([mount("/d", "ro,nosuid")], { written: [mount("/d", "rw")], staged })).toEqual([]);
});

test("of the mounts that init has made those from the host count, and the root if it is to be read-only", () => {
  const mounts = [mount("/", "rw"), mount("/d", "ro"), mount("/tmp", "ro")];
  const staged = (readonly: boolean) => stagedMounts({ ociVersion: "1.0.2", root: { path: "rootfs", readonly } }, mounts, ["/d"]);
  expect(staged(true)).toEqual([mount("/", "ro"), mount("/d", "ro")]);
  expect(staged(false)).toEqual([mount("/d", "ro")]);
});

test("mounts that are new, or one over the other, are left alone", () => {
  const lost = (restored: readonly string[], written: readonly string[], staged: readonly string[] = []) => {
    const [all, before, now] = [restored, written, staged].map((flags) => flags.map((one) => mount("/d", one)));
    return findLostFlags(all ?? [], { written: before ?? [], staged: now ?? [] });
  };
  expect(findLostFlags([mount("/new", "rw")], { written: [mount("/d", "ro")], staged: [] })).toEqual([]);
  expect(lost(["rw", "ro"], ["ro"])).toEqual([]);
  expect(lost(["rw"], ["ro", "ro"])).toEqual([]);
  expect(lost(["rw"], ["ro"], ["ro", "rw"])).toEqual([]);
});
