/** The list of a layer's files on disk: of any length, in frames. */
import { expect, test } from "bun:test";
import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { readListing, writeListing } from "../../../src/layers/store/listing-file.ts";
import { tempDir } from "../../support/temp-dir.ts";

const LINES = Array.from({ length: 60_000 }, (_, i) => `"directory/caf\u00e9 \u0080 ${i}" file 644 0 0 ${i}.000000000 0`);

test("a list of several frames is read as it was written", async () => {
  await using directory = await tempDir();
  writeListing(directory.path, LINES);
  expect(LINES.join("").length).toBeGreaterThan(2 * 1024 * 1024);
  expect(await Array.fromAsync(readListing(directory.path))).toEqual(LINES);
});

test.each([
  ["missing", async () => undefined],
  ["no list", (path: string) => writeFile(path, "\x03\0\0\0abc")],
  ["of impossible length", (path: string) => writeFile(path, "\xff\xff\xff\xffabc")],
  [
    "cut short",
    async (path: string) => {
      writeListing(path.replace("/tree.rec", ""), LINES);
      await truncate(path, (await readFile(path)).length - 10);
    },
  ],
  [
    "followed by something else",
    async (path: string) => {
      writeListing(path.replace("/tree.rec", ""), ["a"]);
      await appendFile(path, "garbage that is no frame");
    },
  ],
])("a list that is %s is an error", async (_, damage) => {
  await using directory = await tempDir();
  await damage(`${directory.path}/tree.rec`);
  const read = Array.fromAsync(readListing(directory.path));
  await expect(read).rejects.toThrow(/^the list of the layer's files .*tree\.rec is missing or damaged$/);
});
