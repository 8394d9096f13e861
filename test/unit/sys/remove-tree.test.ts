/** Trees too deep for any path, stack or descriptor table; and trees that are not to be removed. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { treeSize } from "../../../src/host/layers/tree-size.ts";
import { check } from "../../../src/sys/call/libc.ts";
import { Descent, WayLost, walkTree } from "../../../src/sys/file/descent.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { removeTree } from "../../../src/sys/file/remove-tree.ts";
import { readNames, tryMakeDirectoryAt } from "../../../src/sys/file/tree.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const DEPTH = 3000;

test("a tree of three thousand nested directories is measured and removed", async () => {
  await using directory = await tempDir({ "top/file": "12345", "beside/file": "" });
  using parent = openFile(directory.path, OPEN.read | OPEN.directory);
  makeDeep(join(directory.path, "top"), DEPTH);
  expect(treeSize(directory.path)).toBe(5);
  removeTree(parent.number, "top");
  expect(readdirSync(directory.path)).toEqual(["beside"]);
});

test("the descriptors that a descent holds do not grow with its depth", async () => {
  await using directory = await tempDir({ "top/a": { directory: true } });
  makeDeep(join(directory.path, "top"), 100);
  using top = openFile(directory.path, OPEN.read | OPEN.directory);
  const open: number[] = [];
  walkTree(top, {
    enter: (at) => {
      open.push(readdirSync("/proc/self/fd").length);
      return readNames(at);
    },
  });
  expect(Math.max(...open) - Math.min(...open)).toBeLessThan(2);
});

test("moving a directory during the walk does not lead out of the tree", async () => {
  await using directory = await tempDir({
    "tree/a/b/c": { directory: true },
    elsewhere: { directory: true },
    "tree/z": { directory: true },
  });
  using top = openFile(join(directory.path, "tree"), OPEN.read | OPEN.directory);
  const visited: string[] = [];
  const walk = (): void =>
    walkTree(top, {
      enter: (at) => {
        const names = readNames(at);
        if (names.includes("c")) renameSync(join(directory.path, "tree/a/b"), join(directory.path, "elsewhere/b"));
        return names;
      },
      leave: (_, name) => void visited.push(name),
    });
  expect(walk).toThrow(WayLost);
  expect(visited).toEqual(["c"]);
});

test.if(requires("root"))("what is mounted in a tree is not removed with it", async () => {
  await using directory = await tempDir({ "top/mounted": { directory: true }, "top/a": "" });
  const mounted = join(directory.path, "top/mounted");
  expect(Bun.spawnSync(["mount", "-t", "tmpfs", "none", mounted]).exitCode).toBe(0);
  try {
    writeFileSync(join(mounted, "precious"), "1");
    using parent = openFile(directory.path, OPEN.read | OPEN.directory);
    expect(() => removeTree(parent.number, "top")).toThrow("cannot remove mounted: something is mounted there");
    expect(existsSync(join(mounted, "precious"))).toBe(true);
  } finally {
    Bun.spawnSync(["umount", mounted]);
  }
});

function makeDeep(path: string, depth: number): void {
  mkdirSync(path, { recursive: true });
  using directory = openFile(path, OPEN.read | OPEN.directory);
  using descent = new Descent(directory);
  for (let level = 0; level < depth; level++) {
    check(tryMakeDirectoryAt(descent.directory, "d", 0o755), "mkdir(2)", "make a directory");
    check(descent.tryEnter("d"), "open(2)", "open it");
  }
}
