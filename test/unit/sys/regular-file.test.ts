import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ERRNO } from "../../../src/sys/call/errno.ts";
import { Fd, readAll } from "../../../src/sys/call/fd.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { tryOpenFileAt, tryOpenFileBeneath, tryReadFileAt } from "../../../src/sys/file/tree.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";

test.each([
  ["by name", tryOpenFileAt],
  ["beneath a root", tryOpenFileBeneath],
])("a regular file is opened %s, and nothing else", async (_, tryOpenFile) => {
  await using own = await tempDir({ file: "content", directory: { directory: true }, link: { link: "file" } });
  spawnSync("mkfifo", [join(own.path, "fifo")]);
  if (requires("root")) spawnSync("mknod", [join(own.path, "device"), "b", "7", "0"]);
  using directory = openFile(own.path, OPEN.path | OPEN.directory);
  using file = new Fd(tryOpenFile(directory.number, "file"));
  expect(Buffer.from(readAll(file.number, "it")).toString()).toBe("content");
  const others = ["directory", "fifo", "device", "none"].map((name) => tryOpenFile(directory.number, name));
  expect(others).toEqual([-ERRNO.ENOENT, -ERRNO.ENOENT, -ERRNO.ENOENT, -ERRNO.ENOENT]);
  expect(tryOpenFile(directory.number, "link")).toBeLessThan(0);
});

test("a regular file is read by its bytes' name, and nothing else", async () => {
  await using own = await tempDir({ "f\u00e9": "content", link: { link: "file" } });
  using directory = openFile(own.path, OPEN.path | OPEN.directory);
  const memory = new Uint8Array(8);
  expect(tryReadFileAt(directory.number, "f\xc3\xa9", memory)).toBe(7);
  expect(Buffer.from(memory).toString()).toBe("content\0");
  expect(["link", ".", "none"].map((name) => tryReadFileAt(directory.number, name, memory))).toEqual(Array(3).fill(-ERRNO.ENOENT));
});
