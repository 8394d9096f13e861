import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import type { Facts } from "../../../../src/plan/facts.ts";
import { parseMounts, rootPaths } from "../../../../src/plan/mounts/mount-entry.ts";
import type { Spec } from "../../../../src/spec/types.ts";
import { bind, factsOf } from "./mount-plans.ts";

function targets(spec: Spec, facts: Pick<Facts, "rootfs" | "bundle">): string[] {
  return parseMounts(spec, rootPaths(spec, facts)).map(({ target }) => target);
}

test.each([
  ["/bundle/rootfs/data", "/data"],
  ["/bundle/./rootfs//data/", "/data"],
  ["bundle/rootfs/data", "/data"],
  ["/bundle/rootfs", "/"],
  ["/bundle/rootfs/../rootfs2/data", "/bundle/rootfs2/data"],
  ["/bundle/rootfsdata", "/bundle/rootfsdata"],
  ["/data/bundle/rootfs/data", "/data/bundle/rootfs/data"],
])("a destination %s, which may repeat the rootfs, is %s", (destination, expected) => {
  const spec: Spec = { ociVersion: "1.3.0", root: { path: "rootfs" }, mounts: [{ ...bind(), destination }] };
  expect(targets(spec, factsOf("root"))).toEqual([expected]);
});

test("the rootfs is stripped from a destination both as config.json names it and with its links resolved", () => {
  const spec: Spec = {
    ociVersion: "1.3.0",
    root: { path: "/link/rootfs" },
    mounts: [{ destination: "/link/rootfs/a" }, { destination: "/real/rootfs/b" }],
  };
  expect(targets(spec, { rootfs: hostPath("/real/rootfs"), bundle: hostPath("/bundle") })).toEqual(["/a", "/b"]);
});

test("nothing is stripped from a destination if the host's root is the container's", () => {
  const spec: Spec = { ociVersion: "1.3.0", root: { path: "/" }, mounts: [{ destination: "/a" }] };
  expect(targets(spec, { rootfs: hostPath("/"), bundle: hostPath("/bundle") })).toEqual(["/a"]);
});

test.each([
  [["bind", "remount"], "remount"],
  [["rbind"], "bind"],
  [["ro"], "filesystem"],
] as const)("with options %j an entry is a %s", (options, kind) => {
  const mounts = [{ destination: "/a", type: "tmpfs", options: [...options] }];
  expect(parseMounts({ ociVersion: "1.3.0", mounts })).toMatchObject([{ kind, type: "tmpfs", source: "", origin: "/mounts/0" }]);
});

test("empty lists of id mappings are no mapping", () => {
  const mappings = [{ containerID: 0, hostID: 7, size: 1 }];
  const own = { ...bind(), uidMappings: mappings, gidMappings: mappings };
  const [without, withOwn] = parseMounts({ ociVersion: "1.3.0", mounts: [{ ...bind(), uidMappings: [], gidMappings: [] }, own] });
  expect(without?.mappings).toBeUndefined();
  expect(withOwn?.mappings).toEqual({ uidMappings: mappings, gidMappings: mappings });
});
