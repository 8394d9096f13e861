/** Valid images of builders with odd habits: anything beside the image is skipped with a note, anything missing is filled in. */
import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hostPlatform } from "../../../src/image/format/platform.ts";
import { directoryFiles, type FileSet } from "../../../src/image/source/file-set.ts";
import { readLayoutImages } from "../../../src/image/source/oci-source.ts";
import { readCatalog } from "../../../src/image/store/catalog.ts";
import { resolveImage } from "../../../src/image/store/image.ts";
import { verifyStore } from "../../../src/image/store/verify.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf } from "../../support/archive.ts";
import { type TestDescriptor, TestLayout } from "../../support/image-layout.ts";
import { testStore } from "./store-fixture.ts";

const BASE = archiveOf({ name: "f", content: "base" });
const HERE = hostPlatform();

/** A manifest of something other than an image: with an image's config, like cosign's, or its own. */
function artifact(layout: TestLayout, config: string): TestDescriptor {
  const payload = layout.blob("signed", "application/vnd.dev.cosign.simplesigning.v1+json");
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  return layout.blob({ schemaVersion: 2, mediaType, config: layout.blob("{}", config), layers: [payload] }, mediaType);
}

const IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";
const EMPTY_CONFIG = "application/vnd.oci.empty.v1+json";

function beside(layout: TestLayout): TestDescriptor[] {
  const sha512 = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: `sha512:${"a".repeat(128)}`, size: 5 };
  return [
    artifact(layout, IMAGE_CONFIG),
    artifact(layout, EMPTY_CONFIG),
    layout.blob("chart", "application/vnd.example.chart"),
    sha512 as unknown as TestDescriptor,
    layout.index([artifact(layout, EMPTY_CONFIG)]),
  ];
}

test("[L21] signatures, attestations, other types and other algorithms in index.json are skipped, each with a note", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  for (const one of beside(layout)) layout.add(one);
  layout.add(layout.image({ layers: [{ archive: BASE }] }), "web");
  const added = await own.bring(await layout.write(join(own.path, "layout")));
  expect(added.map(({ name }) => name)).toEqual(["web"]);
  expect(own.warnings).toEqual([
    expect.stringMatching(/^sha512:a+ in .* is passed over: only digests by sha256 are supported$/),
    expect.stringMatching(/^sha256:.* is passed over, as it is no container image: it has a part of type "application\/vnd.dev.cosign/),
    expect.stringMatching(/is no container image: it has a part of type "application\/vnd.oci.empty/),
    expect.stringMatching(/is no container image: "application\/vnd.example.chart" is the type of no image$/),
    expect.stringMatching(/is no container image: none of its parts is a container image$/),
  ]);
});

test("an image with many names is read as often as one with one", async () => {
  const readsWith = async (names: number): Promise<number> => {
    await using own = await testStore();
    const layout = new TestLayout();
    const image = layout.image({ layers: [{ archive: BASE }] });
    for (let i = 0; i < names; i++) layout.add(image, `name-${i}`);
    const path = await layout.write(join(own.path, "layout"));
    let reads = 0;
    const files = directoryFiles(path);
    const counting: FileSet = {
      ...files,
      read: (name) => {
        reads++;
        return files.read(name);
      },
    };
    expect(await readLayoutImages(counting, () => {})).toHaveLength(names);
    const added = await own.bring(path);
    expect(added.map(({ name, newLayers }) => `${name} ${newLayers}`)).toEqual(
      Array.from({ length: names }, (_, i) => `name-${i} ${i === 0 ? 1 : 0}`),
    );
    const catalog = readCatalog(own.store);
    expect(catalog.map(({ name, images }) => `${name} ${images.length}`)).toEqual(Array.from({ length: names }, (_, i) => `name-${i} 1`));
    expect(new Set(catalog.map(({ images }) => images)).size).toBe(1);
    return reads;
  };
  expect(await readsWith(50)).toBe(await readsWith(1));
});

test("[L21] a layout with nothing else has no images", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  for (const one of beside(layout)) layout.add(one);
  await expect(own.bring(await layout.write(join(own.path, "layout")))).rejects.toThrow(/it has no container images$/);
});

test("[L21] the image of an index is found, wherever attestations with or without its platform are", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const parts = [
    ...beside(layout),
    { ...artifact(layout, EMPTY_CONFIG), platform: HERE },
    { ...artifact(layout, IMAGE_CONFIG), platform: { os: "unknown", architecture: "unknown" } },
    { ...artifact(layout, IMAGE_CONFIG), platform: {} },
  ];
  const image = layout.image({ layers: [{ archive: BASE }] });
  layout.add(layout.index([...parts, { ...image, platform: HERE }]), "told").add(layout.index([...parts, image]), "silent");
  const added = await own.bring(await layout.write(join(own.path, "layout")));
  expect(added.map(({ name, descriptor }) => [name, descriptor.digest])).toEqual([
    ["told", image.digest],
    ["silent", image.digest],
  ]);
});

test("[L21] an index is kept except for what lamina cannot keep, which is reported", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const image = { ...layout.image({ layers: [{ archive: BASE }] }), platform: HERE };
  const index = layout.index([...beside(layout), image]);
  layout.add(index, "web");
  const [added] = await own.bring(await layout.write(join(own.path, "layout")), { allPlatforms: true });
  expect([added?.descriptor.digest, own.warnings.length]).toEqual([index.digest, 2]);
  expect((await verifyStore(own.store, SILENT)).problems).toEqual([]);
  expect(readCatalog(own.store)[0]?.images).toHaveLength(1);
});

test("[L21] entries with other algorithms in the store's own index.json stay there, and are not images", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: [{ archive: BASE }] }), "web");
  await own.bring(await layout.write(join(own.path, "layout")));
  const path = join(own.store.root, "index.json");
  const index = JSON.parse(await readFile(path, "utf8")) as { manifests: object[] };
  const foreign = { mediaType: "application/vnd.example", digest: `blake3:${"b".repeat(64)}`, size: 3 };
  await writeFile(path, JSON.stringify({ ...index, manifests: [foreign, ...index.manifests] }));
  own.store.add(own.store.find("web"), "again");
  own.store.removeEntries(({ name }) => name === "web");
  const after = JSON.parse(await readFile(path, "utf8")) as { manifests: object[] };
  expect(after.manifests[0]).toEqual(foreign);
  expect([own.store.entries().length, after.manifests.length]).toEqual([1, 2]);
});

test("indexes that list each other ten thousand times are read once each", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  let inner = artifact(layout, EMPTY_CONFIG);
  for (let depth = 0; depth < 3; depth++) inner = layout.index(Array.from({ length: 10_000 }, () => inner));
  const image = layout.image({ layers: [{ archive: BASE }] });
  layout.add(layout.index([inner, image]), "web");
  const source = await layout.write(join(own.path, "layout"));
  for (const allPlatforms of [false, true]) {
    const [added] = await own.bring(source, { allPlatforms });
    expect(added?.name).toBe("web");
  }
});

test.each<[string, object]>([
  ["without a platform", { os: undefined, architecture: undefined }],
  ["with an empty platform", { os: "", architecture: "" }],
  ["with null members", { os: null, architecture: null, created: null, author: null, history: null, config: null }],
])("an image %s is this machine's", async (_, config) => {
  await using own = await testStore();
  const layout = new TestLayout();
  const image = layout.image({ layers: [{ archive: BASE }], config: { ...config } });
  layout.add(image, "direct").add(layout.index([image]), "listed");
  await own.bring(await layout.write(join(own.path, "layout")));
  for (const name of ["direct", "listed"]) {
    const { config: found, lowers } = await resolveImage(own.store, name);
    expect([found.platform, lowers.length]).toEqual([HERE, 1]);
  }
});

test("layers of zero bytes are layers, plain and compressed", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const nothing = { archive: Buffer.alloc(0) };
  const layers = [{ archive: BASE }, nothing, { ...nothing, compression: "gzip" as const }, { ...nothing, compression: "zstd" as const }];
  layout.add(layout.image({ layers }), "web");
  await own.bring(await layout.write(join(own.path, "layout")));
  expect((await verifyStore(own.store, SILENT)).problems).toEqual([]);
  expect((await resolveImage(own.store, "web")).lowers).toHaveLength(4);
  expect(own.store.blobs.size(digestOf(""))).toBe(0);
});

test("a thousand layers add a thousand times what one adds, and are removed from the top", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: Array.from({ length: 150 }, () => ({ archive: BASE })) }), "many");
  await own.bring(await layout.write(join(own.path, "layout")));
  const records = own.store.layers.list();
  const longest = Math.max(...records.map((record) => JSON.stringify(record).length));
  expect([records.length, longest < 6000]).toEqual([150, true]);
  expect((await resolveImage(own.store, "many")).lowers).toHaveLength(150);
});
