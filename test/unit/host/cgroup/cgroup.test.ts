/** The host's half of cgroups, on plain directories; test/e2e covers what the kernel's file system adds. */
import { expect, test } from "bun:test";
import { readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { hostPath } from "../../../../src/base/paths.ts";
import { chownCgroup, enableControllers, makeCgroup } from "../../../../src/host/cgroup/cgroup.ts";
import { requires } from "../../../support/requires.ts";
import { tempDir } from "../../../support/temp-dir.ts";

test.if(requires("root"))("a cgroup is given away with the files that may be delegated, and no others", async () => {
  await using directory = await tempDir({ "c/cgroup.procs": "", "c/cgroup.threads": "", "c/memory.max": "", mine: "" });
  symlinkSync("../mine", join(directory.path, "c/cgroup.subtree_control"));
  chownCgroup(hostPath(`${directory.path}/c`), 12345);
  const owners = ["c", "c/cgroup.procs", "c/cgroup.threads", "c/memory.max", "mine"].map((name) => {
    return statSync(join(directory.path, name)).uid;
  });
  expect(owners).toEqual([12345, 12345, 12345, 0, 0]);
});

test.if(requires("root"))("a cgroup that lacks files which may be delegated is given away all the same", async () => {
  await using directory = await tempDir({ "c/cgroup.procs": "" });
  chownCgroup(hostPath(`${directory.path}/c`), 12345);
  expect(statSync(join(directory.path, "c/cgroup.procs")).uid).toBe(12345);
});

test("changing the owner of a cgroup that does not exist is an error", () => {
  expect(() => chownCgroup(hostPath("/nonexistent"), 0)).toThrow("give cgroup /nonexistent to uid 0: no such file or directory");
});

test("a cgroup that cannot be made is blamed on the path that asked for it", () => {
  const directory = hostPath("/proc/self/nothing/here");
  expect(() => makeCgroup(directory, "/linux/cgroupsPath")).toThrow(
    expect.objectContaining({ detail: expect.objectContaining({ pointer: "/linux/cgroupsPath", call: "mkdir(2)" }) }),
  );
});

test("controllers are enabled in one write", async () => {
  await using directory = await tempDir({ "cgroup.subtree_control": "" });
  enableControllers(hostPath(directory.path), ["memory", "cpu"]);
  expect(readFileSync(join(directory.path, "cgroup.subtree_control"), "utf8")).toBe("+memory +cpu");
});

test("a level without the file is left as its owner made it", async () => {
  await using directory = await tempDir({});
  expect(() => enableControllers(hostPath(directory.path), ["memory"])).not.toThrow();
});
