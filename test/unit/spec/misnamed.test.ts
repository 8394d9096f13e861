/** Members of config.json whose names are known in another case. */
import { expect, test } from "bun:test";
import { findMisnamed } from "../../../src/spec/misnamed.ts";

const found = (config: unknown): string[] => findMisnamed(config).map(({ pointer, problem }) => `${pointer}: ${problem}`);
const meant = (pointer: string, name: string): string => `${pointer}: is unknown, and so ignored: did you mean "${name}"?`;

test("a name in another case is told, wherever it stands", () => {
  const config = {
    Root: { path: "/" },
    process: { nonewprivileges: true, args: ["x"] },
    mounts: [{ destination: "/a" }, { Options: ["ro"] }],
    linux: { resources: { memory: { LIMIT: 1 } }, netDevices: { eth0: { Name: "x" } } },
  };
  expect(found(config).sort()).toEqual([
    meant("/Root", "root"),
    meant("/linux/netDevices/eth0/Name", "name"),
    meant("/linux/resources/memory/LIMIT", "limit"),
    meant("/mounts/1/Options", "options"),
    meant("/process/nonewprivileges", "noNewPrivileges"),
  ]);
});

test.each([
  ["known names", { root: { path: "/", readonly: true }, linux: { namespaces: [{ type: "pid" }] } }],
  ["names of no specification, and what is in them", { vendor: { Root: { Readonly: true } }, windowsX: 1 }],
  ["keys that anybody chooses", { annotations: { Path: "x" }, linux: { sysctl: { Type: "1" }, resources: { unified: { Limit: "1" } } } }],
  ["names of methods of objects", { constructor: { Root: 1 }, toString: 1 }],
  ["no object", "text"],
])("nothing is said of %s", (_, config) => {
  expect(found(config)).toEqual([]);
});
