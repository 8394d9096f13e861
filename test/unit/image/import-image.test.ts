/** What can be imported, and the result of damaged or hostile images: a clear error, and an unchanged store. */
import { expect, test } from "bun:test";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../../src/base/digest.ts";
import { readCatalog } from "../../../src/image/store/catalog.ts";
import { resolveImage } from "../../../src/image/store/image.ts";
import { verifyStore } from "../../../src/image/store/verify.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf, block, END, pax } from "../../support/archive.ts";
import { compressed, TestLayout } from "../../support/image-layout.ts";
import { type TestStore, testStore } from "./store-fixture.ts";

const BASE = archiveOf({ name: "etc/" }, { name: "etc/motd", content: "base\n" });
const TOP = archiveOf({ name: "etc/" }, { name: "etc/motd", content: "top\n" });

/** The text of /etc/motd in the image, and whether the whole store is valid. */
async function motdOf({ store }: TestStore, name: string): Promise<string> {
  const { lowers } = await resolveImage(store, name);
  expect((await verifyStore(store, SILENT)).problems).toEqual([]);
  return readFile(join(lowers[0] ?? "", "etc/motd"), "utf8");
}

/** Names of blobs, layers and images, none of which a failed import may add. */
async function contents({ store }: TestStore): Promise<object> {
  const ingest = (await readdir(join(store.root, "ingest"))).filter((name) => !name.endsWith(".lock"));
  return { entries: store.entries(), layers: store.layers.list(), ingest };
}

const EMPTY = { entries: [], layers: [], ingest: [] };

test.each([undefined, "gzip", "zstd"] as const)(
  "[L1] [L2] [L4] layers compressed by %p are unpacked in their order, the base first",
  async (compression) => {
    await using own = await testStore();
    const layout = new TestLayout();
    layout.add(layout.image({ layers: [BASE, TOP].map((archive) => ({ archive, ...(compression && { compression }) })) }), "web:1");
    const added = await own.bring(await layout.write(join(own.path, "layout")));
    expect(added.map(({ name, layers, newLayers }) => ({ name, layers, newLayers }))).toEqual([{ name: "web:1", layers: 2, newLayers: 2 }]);
    expect(await motdOf(own, "web:1")).toBe("top\n");
  },
);

test("[L2] the compression is detected from the content, whatever the media type says", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const mediaType = "application/vnd.oci.image.layer.v1.tar";
  layout.add(layout.image({ layers: [{ archive: BASE, compression: "gzip", mediaType }] }), "web");
  await own.bring(await layout.write(join(own.path, "layout")));
  expect(await motdOf(own, "web")).toBe("base\n");
});

test("[L6] several gzip members and data after the end of the archive belong to the blob", async () => {
  await using own = await testStore();
  const padded = Buffer.concat([BASE, Buffer.alloc(20 * 512)]);
  const blob = Buffer.concat([compressed(padded.subarray(0, 700), "gzip"), compressed(padded.subarray(700), "gzip")]);
  const layout = new TestLayout();
  const layer = layout.blob(blob, "application/vnd.oci.image.layer.v1.tar+gzip");
  layout.add(layout.image({ layers: [{ archive: padded }], manifest: { layers: [layer] } }), "web");
  await own.bring(await layout.write(join(own.path, "layout")));
  expect([await motdOf(own, "web"), own.store.blobs.size(layer.digest)]).toEqual(["base\n", blob.length]);
});

test("[L22] an archive of a layout works like the directory, with any compression and names like ./index.json", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: [{ archive: BASE, compression: "gzip" }] }), "web");
  const members = [...layout.files()].map(([name, content]) => ({ name: `./${name}`, content }));
  const archive = archiveOf({ name: "./" }, { name: "./blobs/" }, ...members);
  for (const compression of [undefined, "gzip", "zstd"] as const) {
    await writeFile(join(own.path, "image.tar"), compressed(archive, compression));
    await own.bring(join(own.path, "image.tar"), { name: `web-${compression}` });
  }
  const digests = new Set(own.store.entries().map(({ digest }) => digest));
  expect([digests.size, await motdOf(own, "web-zstd")]).toEqual([1, "base\n"]);
});

test("[L22] only an index.json names images; the annotation elsewhere is not a name", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const image = layout.image({ layers: [{ archive: BASE }] });
  const inner = {
    ...image,
    annotations: { "org.opencontainers.image.ref.name": "inner" },
    platform: { os: "linux", architecture: "amd64" },
  };
  layout.add(layout.index([inner]), "outer");
  const added = await own.bring(await layout.write(join(own.path, "layout")), { platform: { os: "linux", architecture: "amd64" } });
  expect(added.map(({ name }) => name)).toEqual(["outer"]);
  expect(() => own.store.find("inner")).toThrow("there is none of that name");
});

test("[L21] the first entry of an index that fits the platform is taken, and unknown ones are skipped", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const [first, second, other] = ["a", "b", "c"].map((content) =>
    layout.image({ layers: [{ archive: archiveOf({ name: "f", content }) }] }),
  );
  const platform = { os: "linux", architecture: "arm64" };
  const odd = { mediaType: "application/vnd.example", digest: digestOf("nowhere"), size: 1, platform };
  const entries = [odd, { ...other, platform: { os: "windows", architecture: "arm64" } }, { ...first, platform }, { ...second, platform }];
  layout.add(layout.index(entries as Parameters<TestLayout["index"]>[0]), "web");
  const [added] = await own.bring(await layout.write(join(own.path, "layout")), { platform });
  expect(added?.descriptor.digest).toBe(first?.digest as Digest);
});

test("[L21] an index without a part for the platform says so", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.index([{ ...layout.image({ layers: [] }), platform: { os: "linux", architecture: "s390x" } }]), "web");
  const importing = own.bring(await layout.write(join(own.path, "layout")), {
    platform: { os: "linux", architecture: "arm", variant: "v7" },
  });
  await expect(importing).rejects.toThrow(/it has no part for linux\/arm\/v7$/);
});

test.each<[string, (layout: TestLayout) => void, RegExp]>([
  ["[L3] a layer's blob has another content", (layout) => replaceLayer(layout, (blob) => Buffer.from(blob).fill(7, 1024, 1025)), /sha256:/],
  [
    "[L3] a layer's blob is longer",
    (layout) => replaceLayer(layout, (blob) => Buffer.concat([blob, Buffer.alloc(512)])),
    /it has more than \d+ bytes|it has \d+ bytes and must have \d+/,
  ],
  [
    "[L3] a layer's blob is cut short",
    (layout) => replaceLayer(layout, (blob) => blob.subarray(0, 1024)),
    /ends too early|it has 1024 bytes and must have/,
  ],
  ["a layer's blob is not there", (layout) => void layout.blobs.delete(layerOf(layout)), /there is no such file/],
  ["[L4] a layer has another content than the config says", (layout) => addImage(layout, { diffIds: [digestOf("other")] }), /sha256:/],
  [
    "[L4] the config has more layers",
    (layout) => addImage(layout, { diffIds: [digestOf(BASE), digestOf(TOP)] }),
    /its manifest has 1 layers and its config 2/,
  ],
  ["a layer is no archive", (layout) => addImage(layout, { archive: Buffer.alloc(2048, "x") }), /checksum is wrong/],
])("an image is refused, and nothing of it kept by name, when %s", async (_, damage, message) => {
  await using own = await testStore();
  const layout = new TestLayout();
  addImage(layout, {});
  damage(layout);
  const importing = own.bring(await layout.write(join(own.path, "layout")), { ref: layout.entries.at(-1)?.digest ?? "" });
  await expect(importing).rejects.toThrow(message);
  expect(await contents(own)).toEqual(EMPTY);
  expect((await verifyStore(own.store, SILENT)).problems).toEqual([]);
});

function addImage(layout: TestLayout, { diffIds, archive = BASE }: { diffIds?: string[]; archive?: Buffer }): void {
  layout.add(layout.image({ layers: [{ archive }], ...(diffIds && { diffIds }) }));
}

function layerOf(layout: TestLayout): Digest {
  const [found] = [...layout.blobs].find(([, bytes]) => bytes.equals(BASE)) ?? [];
  if (found === undefined) throw new Error("the layout has no layer");
  return found;
}

function replaceLayer(layout: TestLayout, change: (blob: Buffer) => Buffer): void {
  layout.blobs.set(layerOf(layout), change(BASE));
}

test("a docker archive keeps config and layers as they are, and links to layers are followed", async () => {
  await using own = await testStore();
  const config = JSON.stringify({
    os: "linux",
    architecture: "amd64",
    rootfs: { type: "layers", diff_ids: [digestOf(BASE), digestOf(BASE)] },
  });
  const manifest = [{ Config: "c.json", RepoTags: ["example/web:1", "web:2"], Layers: ["a/layer.tar", "b/layer.tar"] }];
  const archive = archiveOf(
    { name: `${"0".repeat(64)}/`, kind: "directory" },
    { name: "a/layer.tar", content: BASE },
    { name: "b/layer.tar", kind: "symlink", linkName: "../a/layer.tar" },
    { name: "c.json", content: config },
    { name: "manifest.json", content: JSON.stringify(manifest) },
  );
  await writeFile(join(own.path, "saved.tar"), archive);
  const added = await own.bring(join(own.path, "saved.tar"));
  expect(added.map(({ name, layers }) => [name, layers])).toEqual([
    ["example/web:1", 2],
    ["web:2", 2],
  ]);
  const [entry] = readCatalog(own.store);
  expect(entry?.images[0]?.manifest).toMatchObject({
    config: { digest: digestOf(config) },
    layers: [{ digest: digestOf(BASE) }, { digest: digestOf(BASE) }],
  });
  expect(await motdOf(own, "web:2")).toBe("base\n");
});

test.each([undefined, "gzip", "zstd"] as const)(
  "a root filesystem compressed by %p becomes a base image of one layer, and always the same",
  async (compression) => {
    await using own = await testStore();
    const path = join(own.path, "root.tar");
    await writeFile(path, compressed(archiveOf({ name: "./" }, { name: "./etc/motd", content: "root\n" }), compression));
    const [first] = await own.bring(path, { name: "base" });
    const [second] = await own.bring(path, { name: "again" });
    expect([second?.descriptor.digest, second?.newLayers]).toEqual([first?.descriptor.digest as Digest, 0]);
    expect(await motdOf(own, "again")).toBe("root\n");
  },
);

test("SOURCE_DATE_EPOCH dates a base image", async () => {
  await using own = await testStore();
  await writeFile(join(own.path, "root.tar"), BASE);
  await own.bring(join(own.path, "root.tar"), { name: "base", epoch: "86400" });
  expect((await resolveImage(own.store, "base")).config.created).toBe("1970-01-02T00:00:00.000Z");
});

test.each<[string, Buffer, RegExp]>([
  ["is empty", Buffer.alloc(0), /it is empty$/],
  ["is text", Buffer.alloc(4096, "text"), /it is no tar archive/],
  ["is short text", Buffer.from("text"), /it is no tar archive/],
  ["has no name", BASE, /which has no name of its own$/],
])("a file is refused that %s", async (_, content, message) => {
  await using own = await testStore();
  await writeFile(join(own.path, "file"), content);
  await expect(own.bring(join(own.path, "file"))).rejects.toThrow(message);
  expect(await contents(own)).toEqual(EMPTY);
});

test("names in an archive that lead out of it name nothing outside", async () => {
  await using own = await testStore();
  await writeFile(join(own.path, "secret"), '{"imageLayoutVersion":"1.0.0"}');
  const archive = Buffer.concat([
    pax({ path: "oci-layout" }),
    block({ name: "x", type: "2", linkName: "../../../secret" }),
    block({ name: "../index.json" }, "{}"),
    END,
  ]);
  await writeFile(join(own.path, "evil.tar"), archive);
  await expect(own.bring(join(own.path, "evil.tar"))).rejects.toThrow(/no name of its own|no such file|cannot/);
});

test("a directory without an image is not a root filesystem either", async () => {
  await using own = await testStore();
  await expect(own.bring(own.path)).rejects.toThrow(/the directory has no image in it$/);
});

test("an import of several images under one name must choose", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: [{ archive: BASE }] }), "a").add(layout.image({ layers: [{ archive: TOP }] }), "b");
  const source = await layout.write(join(own.path, "layout"));
  await expect(own.bring(source, { name: "x" })).rejects.toThrow(/as x: it has 2 images$/);
  await expect(own.bring(source, { ref: "c" })).rejects.toThrow(/it has a, b$/);
  await own.bring(source, { name: "x", ref: "b" });
  expect(await motdOf(own, "x")).toBe("top\n");
});

test("an archive of docker save since 25 is read as a layout, under the full name", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const image = layout.image({ layers: [{ archive: BASE }] });
  layout.entries.push({
    ...image,
    annotations: { "io.containerd.image.name": "example.org/web:1", "org.opencontainers.image.ref.name": "1" },
  });
  const members = [...layout.files()].map(([name, content]) => ({ name, content }));
  const manifest = { name: "manifest.json", content: '[{"Config":"nowhere","RepoTags":["web:1"],"Layers":[]}]' };
  await writeFile(join(own.path, "saved.tar"), archiveOf(manifest, ...members));
  const [added] = await own.bring(join(own.path, "saved.tar"));
  expect([added?.name, added?.descriptor.digest]).toEqual(["example.org/web:1", image.digest]);
});

test("endlessly nested indexes are refused", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const platform = { os: "linux", architecture: "amd64" };
  let top = layout.image({ layers: [] });
  for (let depth = 0; depth < 6; depth++) top = layout.index([{ ...top, platform }]);
  layout.add(top, "deep");
  const importing = own.bring(await layout.write(join(own.path, "layout")), { platform });
  await expect(importing).rejects.toThrow(/its indexes hold too many indexes$/);
});

test("an image without layers is valid, and has no root filesystem", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: [] }), "scratch");
  await own.bring(await layout.write(join(own.path, "layout")));
  const { layers, lowers } = await resolveImage(own.store, "scratch");
  expect([layers, lowers]).toEqual([undefined, []]);
});
