/** What runc 1.1.5 makes of the same paths, but for the prefix of a container without one. */
import { expect, test } from "bun:test";
import { planScopeUnit } from "../../../../src/plan/systemd/scope-unit.ts";
import { refusal } from "../cgroup/cases.ts";

const unit = (cgroupsPath: string | undefined, isUser = false, id = "c1") => planScopeUnit({ id, cgroupsPath, isUser });

test.each<[string | undefined, string, string]>([
  [undefined, "system.slice", "/system.slice/lamina-c1.scope"],
  ["", "system.slice", "/system.slice/lamina-c1.scope"],
  ["system.slice:docker:4f1c", "system.slice", "/system.slice/docker-4f1c.scope"],
  ["a-b-c.slice:p:n", "a-b-c.slice", "/a.slice/a-b.slice/a-b-c.slice/p-n.scope"],
  [":p:n", "system.slice", "/system.slice/p-n.scope"],
  ["a.slice::n", "a.slice", "/a.slice/-n.scope"],
  ["a.slice:p:", "a.slice", "/a.slice/p-.scope"],
  ["-.slice:p:n", "-.slice", "/p-n.scope"],
])("%j is in %s at %s", (path, slice, below) => {
  expect(unit(path)).toEqual({ name: below.slice(below.lastIndexOf("/") + 1), slice, path: below });
});

test("a user's container is in the user's slice", () => {
  expect(unit(undefined, true)).toEqual({ name: "lamina-c1.scope", slice: "user.slice", path: "/user.slice/lamina-c1.scope" });
  expect(unit("app.slice:p:n", true).path).toBe("/app.slice/p-n.scope");
});

test.each<[string, string]>([
  ["/lamina/c1", 'expected cgroupsPath to be of format "slice:prefix:name"'],
  ["c1", "expected cgroupsPath"],
  ["a.slice:p", "expected cgroupsPath"],
  ["a.slice:p:x:y", "expected cgroupsPath"],
  ["foo:p:n", "invalid slice name: foo"],
  [".slice:p:n", "invalid slice name: .slice"],
  ["a--b.slice:p:n", "invalid slice name: a--b.slice"],
  ["-a.slice:p:n", "invalid slice name: -a.slice"],
  ["a-.slice:p:n", "invalid slice name: a-.slice"],
  ["../a.slice:p:n", "invalid slice name: ../a.slice"],
  ["a/b.slice:p:n", "invalid slice name: a/b.slice"],
  ["a.slice:p:n.slice", "n.slice is a slice"],
  ["a.slice:p:n/m", '"p-n/m.scope" is not the name of a unit'],
  ["a.slice:../p:n", '"../p-n.scope" is not the name of a unit'],
  ["a.slice:p:n+x", '"p-n+x.scope" is not the name of a unit'],
  [`a.slice:p:${"n".repeat(248)}`, "is not the name of a unit"],
])("%j is refused", (path, reason) => {
  expect(refusal(() => unit(path))).toMatchObject({
    code: "config",
    pointer: "/linux/cgroupsPath",
    message: expect.stringContaining(reason),
  });
});

test("an id that is no part of a unit's name is refused where nothing else names the unit", () => {
  expect(() => unit(undefined, false, "a+b")).toThrow('"lamina-a+b.scope" is not the name of a unit');
  expect(unit("a.slice:p:n", false, "a+b").name).toBe("p-n.scope");
});
