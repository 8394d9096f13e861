/** Names too long for a path, and sparse files: archived so that they can be read back, or refused; reported as changes in any case. */
import { describe, expect, test } from "bun:test";
import { open, stat, truncate, writeFile } from "node:fs/promises";
import { listChanges } from "../../../src/layers/diff/changes.ts";
import { type DiffOptions, diffLayer } from "../../../src/layers/diff/diff.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { removeTree } from "../../../src/sys/file/remove-tree.ts";
import type { TarEntry } from "../../../src/tar/entry.ts";
import { streamOf } from "../../support/archive.ts";
import { makeDeepTree } from "../../support/deep-tree.ts";
import { readTar } from "../../support/read-tar.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { unpack } from "./unpacked.ts";

async function archive(upper: string, options: DiffOptions): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of diffLayer(upper, options)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function entriesOf(data: Uint8Array): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const { entry } of readTar(streamOf(data))) entries.push(entry);
  return entries;
}

describe.if(requires("root"))("the archive", () => {
  test("has the longest path that can be read back, and refuses the next; both are reported as changes", async () => {
    const edge = (length: number): string => "f".repeat(length - 4044); // in front of 40 directories of 101 bytes, and "end"
    await using fits = await tempDir({ [`${edge(4095)}/.`]: { directory: true } });
    makeDeepTree(`${fits.path}/${edge(4095)}`, 40, "d".repeat(100));
    const data = await archive(fits.path, { lower: [] });
    expect((await entriesOf(data)).at(-1)?.name).toHaveLength(4095);
    await using layer = await unpack(data);
    expect(layer.tree()).toHaveLength(43);
    await using tooLong = await tempDir({ [`${edge(4096)}/.`]: { directory: true } });
    makeDeepTree(`${tooLong.path}/${edge(4096)}`, 40, "d".repeat(100));
    await expect(archive(tooLong.path, { lower: [] })).rejects.toThrow("a path of 4096 bytes; at most 4095 are accepted");
    for (const { path } of [fits, tooLong]) expect([...listChanges(path, { lower: [] })]).toHaveLength(42);
  });

  test("has as many nested directories as a path can name", async () => {
    await using upper = await tempDir();
    makeDeepTree(upper.path, 2046, "d");
    const data = await archive(upper.path, { lower: [] });
    await using layer = await unpack(data);
    expect(layer.tree()).toHaveLength(2048);
    for (const path of [upper.path, layer.path]) {
      using top = openFile(path, OPEN.read | OPEN.directory);
      removeTree(top.number, "d"); // the engine's own takes seconds for it
    }
  }, 60_000);

  test("endless directories are reported to a reasonable depth, and the rest is named", async () => {
    await using upper = await tempDir();
    makeDeepTree(upper.path, 100, "n".repeat(250));
    const tooDeep: number[] = [];
    const changes = [...listChanges(upper.path, { lower: [] }, (path) => tooDeep.push(path.length))];
    expect([changes.length, tooDeep]).toEqual([66, [66 * 251 - 1]]);
  });

  test("keeps large holes, and takes no time for them", async () => {
    await using upper = await tempDir();
    const file = await open(`${upper.path}/s`, "w");
    const [first, last] = [2 ** 33, 2 ** 40];
    await file.write("abc", first);
    await file.write("end", last);
    await file.truncate(last + 2 ** 20);
    await file.close();
    await truncate(await named(`${upper.path}/hole`), 2 ** 40);
    await truncate(await named(`${upper.path}/small`), 100_000);
    const data = await archive(upper.path, { lower: [] });
    const entries = await entriesOf(data);
    expect(entries.map(({ name, size, sparse }) => [name, size, sparse?.length])).toEqual([
      ["./", 0, undefined],
      ["hole", 2 ** 40, 0],
      ["s", last + 2 ** 20, 2],
      ["small", 100_000, undefined],
    ]);
    expect(data.length).toBeLessThan(200_000);
    await using layer = await unpack(data);
    for (const name of ["s", "hole"]) {
      const [from, to] = [await stat(`${upper.path}/${name}`), await stat(`${layer.path}/${name}`)];
      expect([to.size, to.blocks * 512 < 2 ** 20]).toEqual([from.size, true]);
    }
    const again = await open(`${layer.path}/s`);
    const read = async (at: number): Promise<string> => (await again.read(Buffer.alloc(5), 0, 5, at - 1)).buffer.toString("latin1");
    expect([await read(first), await read(last)]).toEqual(["\0abc\0", "\0end\0"]);
    await again.close();
  });

  async function named(path: string): Promise<string> {
    await writeFile(path, "");
    return path;
  }
});
