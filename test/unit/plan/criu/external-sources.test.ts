/** Where CRIU finds what a container has from the host, by the mounts that init has made. */
import { expect, test } from "bun:test";
import { externalSources, requireSameMounts, requireSources, type StageMount } from "../../../../src/plan/criu/external-sources.ts";

const ROOTFS = "/b/rootfs";

function mount(mountPoint: string, root: string, more: Partial<StageMount> = {}): StageMount {
  return { mountPoint, root, type: "ext4", device: "8:1", flags: "rw", isMapped: false, isTied: true, ...more };
}

const HOST = mount("/", "/");
const TOP = mount(ROOTFS, "/b/rootfs");

/** Another directory of the same file system, whose mount has the same master. */
const OTHER = mount(`${ROOTFS}/other`, "/other");

const sourceOf = (mounts: readonly StageMount[], path: string): string | undefined =>
  externalSources([...mounts, OTHER], ROOTFS, { hasUser: false }).find(({ key }) => key === path)?.value;

test.each<[string, StageMount[], string]>([
  ["a mount that is tied to nothing", [HOST, TOP, mount(`${ROOTFS}/d`, "/v", { isTied: false })], `${ROOTFS}/d`],
  ["a slave, by its place on the host", [HOST, TOP, mount(`${ROOTFS}/d`, "/v")], "/v"],
  ["a slave of which the host has only a part", [mount("/mnt", "/v"), TOP, mount(`${ROOTFS}/d`, "/v/x")], "/mnt/x"],
  ["a slave of just what the host has", [mount("/mnt", "/v"), TOP, mount(`${ROOTFS}/d`, "/v")], "/mnt"],
  ["a slave of the whole file system", [HOST, TOP, mount(`${ROOTFS}/d`, "/")], "/"],
  ["a slave by the widest of several", [mount("/narrow", "/v"), HOST, TOP, mount(`${ROOTFS}/d`, "/v/x")], "/v/x"],
  [
    "a slave by a narrower one where the widest is covered",
    [mount("/narrow", "/v"), HOST, mount("/v", "/", { device: "8:2" }), TOP, mount(`${ROOTFS}/d`, "/v/x")],
    "/narrow/x",
  ],
  ["a slave whose place the host covers", [HOST, mount("/v", "/", { device: "8:2" }), TOP, mount(`${ROOTFS}/d`, "/v")], `${ROOTFS}/d`],
  ["a slave of what is nowhere else", [HOST, TOP, mount(`${ROOTFS}/d`, "/", { device: "8:3" })], `${ROOTFS}/d`],
  ["a slave whose ids are mapped", [HOST, TOP, mount(`${ROOTFS}/d`, "/v", { isMapped: true })], `${ROOTFS}/d`],
])("%s", (_, mounts, expected) => {
  expect(sourceOf(mounts, "/d")).toBe(expected);
});

test("what alone has its master is its own source, with its flags", () => {
  const same = [mount("/", "/"), mount(`${ROOTFS}/d`, "/v"), mount(`${ROOTFS}/e`, "/v")];
  expect(externalSources(same, ROOTFS, { hasUser: false }).map(({ value }) => value)).toEqual([`${ROOTFS}/d`, `${ROOTFS}/e`, "/dev/null"]);
});

test("with a user namespace each is its own source, since lamina ties them", () => {
  const sources = externalSources([HOST, TOP, mount(`${ROOTFS}/d`, "/v"), OTHER], ROOTFS, { hasUser: true });
  expect(sources.map(({ value }) => value)).toEqual([`${ROOTFS}/d`, `${ROOTFS}/other`, "/dev/null"]);
});

test("the null device is the host's, unless the container has it from there itself", () => {
  const sources = externalSources([HOST, TOP, mount(`${ROOTFS}/dev/null`, "/null", { isTied: false })], ROOTFS, { hasUser: false });
  expect(sources).toEqual([{ key: "/dev/null", value: `${ROOTFS}/dev/null` }]);
});

test("the root itself is no source, nor is what CRIU cannot be told", () => {
  const keys = externalSources([HOST, TOP, mount(`${ROOTFS}/a]`, "/v"), mount("/b/rootfs2", "/v")], ROOTFS, { hasUser: false }).map(
    ({ key }) => key,
  );
  expect(keys).toEqual(["/dev/null"]);
});

test("a rootfs that is the host's root", () => {
  expect(externalSources([HOST, mount("/d", "/v", { isTied: false })], "/", { hasUser: false })[0]).toEqual({ key: "/d", value: "/d" });
});

test("a mount that has been written down, and that config.json does not have, is named", () => {
  const sources = externalSources([HOST, TOP, mount(`${ROOTFS}/d`, "/v")], ROOTFS, { hasUser: false });
  expect(() => requireSources(["/d", "/dev/null"], sources)).not.toThrow();
  expect(() => requireSources(["/d", "/e"], sources)).toThrow('cannot restore the mount on "/e": config.json mounts nothing there');
});

test.each<[string, StageMount[], string[], string | undefined]>([
  ["what was there", [mount("/d", "/v")], ["/d"], undefined],
  ["one more, which is the container's own", [mount("/d", "/v"), mount("/e", "/", { device: "0:9" })], ["/d"], undefined],
  ["one less", [], ["/d"], 'cannot restore the mount on "/d": it is not there'],
  ["another directory", [mount("/d", "/etc")], ["/d"], 'cannot restore the mount on "/d": it shows "/etc" of file system 8:1'],
  ["another file system", [mount("/d", "/v", { device: "8:2" })], ["/d"], 'it shows "/v" of file system 8:2'],
])("what CRIU has made is compared: %s", (_, restored, written, words) => {
  const compare = (): void =>
    requireSameMounts(
      { restored, external: ["/d"], written: written.map((mountPoint) => ({ mountPoint })) },
      { mounts: [HOST, TOP, mount(`${ROOTFS}/d`, "/v")], rootfs: ROOTFS },
    );
  if (words === undefined) expect(compare).not.toThrow();
  else expect(compare).toThrow(words);
});
