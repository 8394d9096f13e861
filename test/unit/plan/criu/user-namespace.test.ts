/** What CRIU has to be spared of a user namespace. */
import { expect, test } from "bun:test";
import type { SeenMount } from "../../../../src/plan/criu/external-mounts.ts";
import { namesInside, ownerInside, requireNoneCarried, requireSameIds } from "../../../../src/plan/criu/user-namespace.ts";
import type { Spec } from "../../../../src/spec/types.ts";

const MAPS = [{ containerID: 0, hostID: 100_000, size: 10 }];
const SPEC: Spec = { ociVersion: "1.0.0", linux: { namespaces: [{ type: "user" }], uidMappings: MAPS, gidMappings: MAPS } };
const WITHOUT: Spec = { ociVersion: "1.0.0", linux: { namespaces: [{ type: "mount" }] } };
const SEEN = { uidMap: "         0     100000         10\n", gidMap: "         0     100000         10\n" };

test.each<[string, Spec, typeof SEEN | undefined, string | undefined]>([
  ["the same, as the kernel writes them", SPEC, SEEN, undefined],
  ["none, and no namespace", WITHOUT, undefined, undefined],
  ["other uids", SPEC, { ...SEEN, uidMap: "0 100001 10\n" }, "its uids were mapped in another way"],
  ["one range less", SPEC, { ...SEEN, gidMap: "" }, "its gids were mapped in another way"],
  ["a namespace where there is to be none", WITHOUT, SEEN, "it had a user namespace"],
  ["no namespace where there is to be one", SPEC, undefined, "it had no user namespace"],
])("id mappings: %s", (_, spec, seen, words) => {
  if (words === undefined) expect(() => requireSameIds(spec, seen)).not.toThrow();
  else expect(() => requireSameIds(spec, seen)).toThrow(words);
});

test("ranges may be in any order", () => {
  const two = [...MAPS, { containerID: 10, hostID: 5, size: 1 }];
  const spec = { ...SPEC, linux: { ...SPEC.linux, uidMappings: two.toReversed(), gidMappings: two } };
  const text = "0 100000 10\n10 5 1\n";
  expect(() => requireSameIds(spec, { uidMap: text, gidMap: text })).not.toThrow();
});

test.each([
  ["the host's root", 0, 0, 100_000],
  ["a user of the container's in a group of the host's", 100_007, 0, 100_000],
  ["a user of the container's in a group of the container's", 100_007, 100_007, undefined],
  ["the container's root", 100_000, 0, undefined],
  ["somebody beyond the mapping", 100_010, 100_000, 100_000],
])("a stream that belongs to %s", (_, uid, gid, owner) => {
  expect(ownerInside(SPEC, { uid, gid })).toBe(owner);
});

const mount = (id: number, parentId: number, mountPoint: string, device: string) => {
  const seen: SeenMount = { mountPoint, device, root: "/", type: "ext4", flags: "rw" };
  return { ...seen, id, parentId };
};
const TOP = mount(1, 0, "/", "8:1");

test.each([
  ["the host's on the root", [mount(2, 1, "/a", "8:1")], true],
  ["the container's own on the host's", [mount(2, 1, "/a", "8:1"), mount(3, 2, "/a/b", "0:9")], true],
  ["the host's on the container's own", [mount(2, 1, "/a", "0:9"), mount(3, 2, "/a/b", "8:1")], true],
  ["the host's on the host's, which has come along", [mount(2, 1, "/a", "8:1"), mount(3, 2, "/a/b", "8:1")], false],
  [
    "the host's on the host's, as config.json says",
    [mount(2, 1, "/a", "8:1"), mount(3, 2, "/a/c", "8:1"), mount(4, 2, "/a/null", "8:1")],
    true,
  ],
  [
    "one that config.json mounts over what has come along",
    [mount(2, 1, "/a", "8:1"), mount(3, 2, "/a/c", "8:1"), mount(4, 3, "/a/c", "8:1")],
    false,
  ],
])("mounts of init's: %s", (_, mounts, isGood) => {
  const spec = { ...SPEC, mounts: [{ destination: "/a" }, { destination: "a//c/" }], linux: { ...SPEC.linux, maskedPaths: ["/a/null"] } };
  const check = (): void => requireNoneCarried(spec, [TOP, ...mounts], new Set(["8:1"]));
  if (isGood) expect(check).not.toThrow();
  else expect(check).toThrow('what is mounted on "/a" has come along with it');
});

test("the container's names for mounts below the rootfs", () => {
  const points = ["/", "/b/rootfs", "/b/rootfs/a", "/b/rootfs2"].map((path, i) => mount(i, 0, path, "8:1"));
  expect(namesInside(points, "/b/rootfs").map(({ mountPoint }) => mountPoint)).toEqual(["/", "/a"]);
  expect(namesInside(points, "/").map(({ mountPoint }) => mountPoint)).toHaveLength(4);
});
