import { expect, test } from "bun:test";
import { link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { treeSize } from "../../../../src/host/layers/tree-size.ts";
import { swap } from "../../../support/swapper.ts";
import { tempDir } from "../../../support/temp-dir.ts";

test("each file counts once, however many names it has, and links count nothing", async () => {
  await using own = await tempDir({ "a/file": "12345", "a/b/other": "123", link: { link: "a/file" } });
  await link(join(own.path, "a/file"), join(own.path, "again"));
  expect(treeSize(own.path)).toBe(8);
});

test("a tree whose directories are moved all the time has a size", async () => {
  await using own = await tempDir({ "top/file": "12345" });
  for (const side of ["one", "two"]) await mkdir(join(own.path, "top", side, "deep/deeper"), { recursive: true });
  await mkdir(join(own.path, "outside"));
  await using swapper = await swap(join(own.path, "top/one/deep"), join(own.path, "outside"));
  for (let i = 0; i < 200; i++) expect(treeSize(join(own.path, "top"))).toBe(5);
  expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
}, 60_000);
