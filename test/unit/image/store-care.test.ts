/** Maintenance of a store: names, garbage, damage, leftovers of others. */
import { expect, test } from "bun:test";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type HostPath, hostPath } from "../../../src/base/paths.ts";
import { readCatalog } from "../../../src/image/store/catalog.ts";
import { findGarbage, removeGarbage } from "../../../src/image/store/collect.ts";
import { imageSpaces } from "../../../src/image/store/disk-usage.ts";
import { readImage, resolveImage } from "../../../src/image/store/image.ts";
import { layerTree, type TreeNode } from "../../../src/image/store/layer-tree.ts";
import { readUses, recordUse, sweepUses } from "../../../src/image/store/uses.ts";
import { removeDamaged, verifyStore } from "../../../src/image/store/verify.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { archiveOf } from "../../support/archive.ts";
import { TestLayout } from "../../support/image-layout.ts";
import { type TestStore, testStore } from "./store-fixture.ts";

const BASE = archiveOf({ name: "base", content: "12345" });
const LEFT = archiveOf({ name: "left", content: "123" });
const RIGHT = archiveOf({ name: "right", content: "1" });

/** left and right sit on one base. */
async function bringTwo(own: TestStore): Promise<void> {
  const layout = new TestLayout();
  const history = [{ created_by: "ADD base" }, { created_by: "ENV A=1", empty_layer: true }, { created_by: "RUN more" }];
  for (const [name, top] of [["left", LEFT] as const, ["right", RIGHT] as const]) {
    layout.add(layout.image({ layers: [{ archive: BASE }, { archive: top }], config: { history } }), name);
  }
  await own.bring(await layout.write(join(own.path, "layout")));
}

const forget = (own: TestStore, name: string): void => own.store.removeEntries((entry) => entry.name === name);

test("garbage is what no image needs, and a shared layer is not garbage", async () => {
  await using own = await testStore();
  await bringTwo(own);
  expect(findGarbage(own.store)).toEqual({ blobs: [], layers: [] });
  forget(own, "left");
  const garbage = findGarbage(own.store);
  expect([garbage.blobs.length, garbage.layers.length]).toEqual([3, 1]); // manifest, config and the upper layer
  removeGarbage(own.store, garbage);
  expect([findGarbage(own.store), (await verifyStore(own.store, SILENT)).problems]).toEqual([{ blobs: [], layers: [] }, []]);
  expect((await resolveImage(own.store, "right")).lowers).toHaveLength(2);
});

test("whole stacks are removed from the top", async () => {
  await using own = await testStore();
  await bringTwo(own);
  own.store.removeEntries(() => true);
  removeGarbage(own.store, findGarbage(own.store));
  expect([own.store.blobs.list(), own.store.layers.list()]).toEqual([[], []]);
});

test.each(["bundle", "b ü.%2f\n", "n".repeat(230)])(
  "layers and image of a bundle stay as long as its layers.json exists: %j",
  async (name) => {
    await using own = await testStore();
    await bringTwo(own);
    const { layers, manifestDigest: manifest } = await resolveImage(own.store, "left");
    if (layers === undefined) throw new Error("the image has no layers");
    const bundle: HostPath = hostPath(join(own.path, name));
    await mkdir(bundle);
    await writeFile(join(bundle, "layers.json"), "{}");
    recordUse(own.store, { bundle, layers, manifest });
    own.store.removeEntries(() => true);
    removeGarbage(own.store, findGarbage(own.store));
    expect([readUses(own.store), own.store.layers.list().length, own.store.blobs.list().length]).toEqual([
      [{ bundle, layers, manifest }],
      2,
      4,
    ]);
    await rm(join(bundle, "layers.json"));
    expect([findGarbage(own.store).layers.length, readUses(own.store), sweepUses(own.store), sweepUses(own.store)]).toEqual([2, [], 1, 0]);
  },
);

test("nothing is garbage while a manifest cannot be read", async () => {
  await using own = await testStore();
  await bringTwo(own);
  const [entry] = own.store.entries();
  if (entry === undefined) throw new Error("no image");
  await writeFile(own.store.blobs.path(entry.digest), "{}");
  expect(() => findGarbage(own.store)).toThrow(/^cannot tell what is needed: cannot read blob sha256:/);
});

test("damage is found by digest and by file, and removed so that an import restores it", async () => {
  await using own = await testStore();
  await bringTwo(own);
  const { manifest } = await readImage(own.store.blobs, own.store.find("left"));
  const [base] = manifest.layers;
  const { lowers, layers } = await resolveImage(own.store, "left");
  if (base === undefined || layers === undefined) throw new Error("the image has no layers");
  const blob = await readFile(own.store.blobs.path(base.digest));
  await writeFile(own.store.blobs.path(base.digest), blob.fill(1, 700, 701));
  await writeFile(join(lowers[0] ?? "", "left"), "321");
  const verdict = await verifyStore(own.store, SILENT);
  expect([verdict.damagedBlobs, verdict.damagedLayers, verdict.problems.length >= 2]).toEqual([[base.digest], [layers], true]);
  {
    using _ = own.store.takeLock(() => {});
    removeDamaged(own.store, verdict);
  }
  await own.bring(join(own.path, "layout"));
  expect((await verifyStore(own.store, SILENT)).problems).toEqual([]);
});

test("a missing blob is reported with the image that needs it", async () => {
  await using own = await testStore();
  await bringTwo(own);
  const { manifest } = await readImage(own.store.blobs, own.store.find("left"));
  own.store.blobs.remove(manifest.layers[1]?.digest ?? manifest.config.digest);
  expect((await verifyStore(own.store, SILENT)).problems).toEqual([
    `image left: blob ${manifest.layers[1]?.digest} is not there, or cut short`,
  ]);
});

test("leftovers of a killed writer are swept by the next one, but not while another is running", async () => {
  await using own = await testStore();
  await bringTwo(own);
  const ingest = join(own.store.root, "ingest");
  await mkdir(join(ingest, "scratch/blobs"), { recursive: true });
  await writeFile(join(ingest, "scratch/blobs/part"), "x");
  await writeFile(join(ingest, "part"), "x");
  {
    using _ = own.store.shareLock(); // the only one: it sweeps
    expect(await readdir(ingest)).toEqual([]);
    await writeFile(join(ingest, "part"), "x");
    using __ = own.store.shareLock();
    expect(await readdir(ingest)).toEqual(["part"]);
  }
});

test("unknown members of index.json survive a change", async () => {
  await using own = await testStore();
  await bringTwo(own);
  const path = join(own.store.root, "index.json");
  const index = JSON.parse(await readFile(path, "utf8"));
  const strange = { ...index.manifests[0], data: "e30=", annotations: { ...index.manifests[0].annotations, strange: "kept" } };
  await writeFile(path, JSON.stringify({ ...index, subject: "kept", manifests: [strange, ...index.manifests.slice(1)] }));
  own.store.add(own.store.find("right"), "third");
  const changed = JSON.parse(await readFile(path, "utf8"));
  expect([changed.subject, changed.manifests[0], changed.manifests.length]).toEqual(["kept", strange, 3]);
});

test("a layout of another version is not touched", async () => {
  await using own = await testStore();
  await mkdir(own.store.root);
  await writeFile(join(own.store.root, "oci-layout"), '{"imageLayoutVersion":"2.0.0"}');
  await expect(own.bring(own.path)).rejects.toThrow(/its layout has version "2.0.0", and 1.0.0 is accepted$/);
  expect(await readdir(own.store.root)).toEqual(["oci-layout"]);
});

test("an image of which another tool wrote only the blobs is unpacked when needed", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: [{ archive: BASE, compression: "gzip" }] }), "foreign");
  await layout.write(own.store.root);
  const { lowers } = await resolveImage(own.store, "foreign");
  expect(await readFile(join(lowers[0] ?? "", "base"), "utf8")).toBe("12345");
});

test("the tree shows what images share once, with the steps that made it", async () => {
  await using own = await testStore();
  await bringTwo(own);
  const shape = ({ size, createdBy, images, users, children }: TreeNode): object => ({
    size,
    createdBy,
    images,
    users,
    children: children.map(shape),
  });
  expect(layerTree(readCatalog(own.store)).map(shape)).toEqual([
    {
      size: BASE.length,
      createdBy: "ADD base",
      images: [],
      users: 2,
      children: [
        { size: LEFT.length, createdBy: "RUN more", images: ["left"], users: 1, children: [] },
        { size: RIGHT.length, createdBy: "RUN more", images: ["right"], users: 1, children: [] },
      ],
    },
  ]);
});

test("space that another image needs as well counts as shared", async () => {
  await using own = await testStore();
  await bringTwo(own);
  own.store.add(own.store.find("left"), "left-again"); // another name is not another image
  const spaces = imageSpaces(readCatalog(own.store), own.store.layers.list());
  expect(spaces.map(({ name, total, shared }) => ({ name, layers: total.layers, shared }))).toEqual([
    { name: "left", layers: 8, shared: { blobs: BASE.length, layers: 5 } },
    { name: "right", layers: 6, shared: { blobs: BASE.length, layers: 5 } },
    { name: "left-again", layers: 8, shared: { blobs: BASE.length, layers: 5 } },
  ]);
});
