/** Trees of any depth: walked and removed with few descriptors open. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { OPEN, openFile } from "../../../src/sys/file.ts";
import { OpenTree } from "../../../src/sys/open-tree.ts";
import { removeTree } from "../../../src/sys/remove-tree.ts";
import { lookAt } from "../../../src/sys/tree.ts";
import { makeDeepTree } from "../../support/deep-tree.ts";
import { tempDir } from "../../support/temp-dir.ts";

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

test("down 3000 directories and back up, with few of them open", async () => {
  await using work = await tempDir();
  makeDeepTree(work.path, 3000, "d");
  using top = openFile(work.path, OPEN.read | OPEN.directory);
  const inodes: (string | undefined)[] = [];
  const before = openDescriptors();
  let most = 0;
  {
    using tree = new OpenTree(top.number);
    for (let i = 0; i < 3000; i++) {
      inodes.push(lookAt(tree.fd, "")?.inode);
      expect(tree.enter("d")).toBe(0);
      most = i % 100 === 0 ? Math.max(most, openDescriptors() - before) : most;
    }
    expect(lookAt(tree.fd, "end")?.kind).toBe("file");
    for (const inode of inodes.reverse()) {
      tree.leave();
      expect(lookAt(tree.fd, "")?.inode).toBe(inode);
    }
  }
  expect(most).toBeLessThan(30);
  expect(openDescriptors()).toBe(before);
  removeTree(top.number, "d");
  expect(await readdir(work.path)).toEqual([]);
  expect(openDescriptors()).toBe(before);
});

test("a name that is not there, or a link, is not entered", async () => {
  await using work = await tempDir({ file: "" });
  using top = openFile(work.path, OPEN.read | OPEN.directory);
  using tree = new OpenTree(top.number);
  expect([tree.enter("nothing"), tree.enter("file"), tree.fd]).toEqual([-2, -20, top.number]);
});

test("a directory that is moved away while we are far below it ends the walk, and leads nowhere else", async () => {
  await using work = await tempDir();
  makeDeepTree(work.path, 40, "d");
  await mkdir(`${work.path}/other`);
  using top = openFile(work.path, OPEN.read | OPEN.directory);
  using tree = new OpenTree(top.number);
  for (let i = 0; i < 40; i++) tree.enter("d");
  await rename(`${work.path}/${"d/".repeat(5)}d`, `${work.path}/other/d`);
  const goUp = (): void => {
    for (let i = 0; i < 40; i++) tree.leave();
  };
  expect(goUp).toThrow("a directory has been moved meanwhile");
});

test("a tree with names of all kinds is removed, and nothing beside it", async () => {
  await using work = await tempDir({ "a/b/c": "1", "a/b/d/e": "2", "a/f": "3", beside: "4" });
  await mkdir(`${work.path}/a/closed/inner`, { recursive: true });
  await writeFile(`${work.path}/a/closed/inner/x`, "");
  Bun.spawnSync(["ln", "-s", work.path, `${work.path}/a/link`]);
  Bun.spawnSync(["chmod", "000", `${work.path}/a/closed`]);
  using top = openFile(work.path, OPEN.read | OPEN.directory);
  for (const name of ["a", "nothing"]) removeTree(top.number, name);
  expect(await readdir(work.path)).toEqual(["beside"]);
});
