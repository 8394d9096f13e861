/** What foreign images put into index.json has bounds: a store that nobody can read any more cannot be mended with lamina. */
import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeText } from "../../../src/base/text.ts";
import { finishImage } from "../../../src/image/add/add-image.ts";
import { addToStore } from "../../../src/image/add/additions.ts";
import { indexText, LARGEST_INDEX } from "../../../src/image/format/layout-files.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf } from "../../support/archive.ts";
import { TestLayout } from "../../support/image-layout.ts";
import { type TestStore, testStore } from "./store-fixture.ts";

const BASE = archiveOf({ name: "f", content: "base" });

async function saved(own: TestStore, config: object, names: readonly string[]): Promise<string> {
  const path = join(own.path, "saved.tar");
  const manifest = JSON.stringify([{ Config: "c.json", RepoTags: names, Layers: ["l.tar"] }]);
  const members = [
    { name: "l.tar", content: BASE },
    { name: "c.json", content: JSON.stringify({ ...config, rootfs: { type: "layers", diff_ids: [digestOf(BASE)] } }) },
    { name: "manifest.json", content: manifest },
  ];
  await writeFile(path, archiveOf(...members));
  return path;
}

function manyNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `many:${i}`);
}

describe("a platform that is no short words is refused", () => {
  const long = "A".repeat(3_000_000);

  test.each([
    ["architecture", { architecture: long }],
    ["os", { os: long }],
    ["variant", { architecture: "arm", variant: "v7 and more" }],
    ["architecture", { architecture: "amd64\n" }],
  ])("%s of a config", async (part, config) => {
    await using own = await testStore();
    const failure = own.bring(await saved(own, config, ["b:1", "b:2"]));
    await expect(failure).rejects.toThrow(new RegExp(`c\\.json/${part}: it is "[^"]{1,110}", which is no part of a platform$`));
    expect([own.store.entries(), own.store.blobs.list()]).toEqual([[], []]);
  });

  test("of an index's entry", async () => {
    await using own = await testStore();
    const layout = new TestLayout();
    layout.add({ ...layout.image({ layers: [{ archive: BASE }] }), platform: { os: "linux", architecture: long } }, "web");
    await expect(own.bring(await layout.write(join(own.path, "layout")))).rejects.toThrow(
      /platform\/architecture: it is "A{100}…", which is/,
    );
  });
});

describe("one import has at most 4096 names", () => {
  test("in RepoTags", async () => {
    await using own = await testStore();
    const source = await saved(own, {}, manyNames(4097));
    await expect(own.bring(source)).rejects.toThrow(/^cannot import .*: it has 4097 names, and at most 4096 are taken at once$/);
    expect(await own.bring(source, { name: "one" })).toHaveLength(1);
  });

  test("in index.json", async () => {
    await using own = await testStore();
    const layout = new TestLayout();
    const image = layout.image({ layers: [{ archive: BASE }] });
    for (const name of manyNames(4097)) layout.add(image, name);
    const source = await layout.write(join(own.path, "layout"));
    await expect(own.bring(source)).rejects.toThrow(/it has 4097 names, and at most 4096/);
    expect(await own.bring(source, { ref: "many:7" })).toHaveLength(1);
  });

  test("and 4096 are taken", async () => {
    await using own = await testStore();
    expect(await own.bring(await saved(own, {}, manyNames(4096)))).toHaveLength(4096);
    expect(own.store.entries()).toHaveLength(4096);
  });
});

test("a change that makes index.json too large to be read again is refused before it is written, and the store stays usable", async () => {
  await using own = await testStore();
  await own.bring(await saved(own, {}, ["kept:1"]));
  const before = own.store.entries();
  const annotations = { note: "x".repeat(LARGEST_INDEX) };
  const grown = { ...own.store.find("kept:1"), annotations };
  expect(() => own.store.add(grown, "large:1")).toThrow(
    /^cannot write index\.json: with 2 entries it would have \d+ bytes, and at most 16777216 are/,
  );
  expect(own.store.entries()).toEqual(before);
  own.store.removeEntries(({ name }) => name === "kept:1");
  expect(own.store.entries()).toEqual([]);
});

test("an import that would fill index.json leaves nothing behind", async () => {
  await using own = await testStore();
  const filler = { mediaType: "x", digest: digestOf(BASE), size: 1, annotations: { note: "x".repeat(LARGEST_INDEX - 1000) } };
  await own.bring(await saved(own, {}, ["kept:1"]));
  own.store.add(filler, undefined);
  const blobs = own.store.blobs.list().sort();
  const names = manyNames(20);
  const importing = addToStore({ store: own.store, warn: () => undefined }, async (additions) => {
    const adding = { store: own.store, additions, platform: undefined, allPlatforms: false, progress: SILENT, warn: () => undefined };
    const configBytes = encodeText(JSON.stringify({ rootfs: { type: "layers", diff_ids: [] } }));
    return finishImage(adding, { configBytes, layers: [], newLayers: 0 }, names);
  });
  await expect(importing).rejects.toThrow(/^cannot write index\.json: with 22 entries/);
  expect(own.store.blobs.list().sort()).toEqual(blobs);
});

test("what may be written at most is read again", () => {
  const padding = LARGEST_INDEX - indexText([""]).length;
  expect(indexText(["x".repeat(padding)])).toHaveLength(LARGEST_INDEX);
  expect(() => indexText(["x".repeat(padding + 1)])).toThrow(/^cannot write index\.json/);
});
