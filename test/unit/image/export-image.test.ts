/** Exports from a store, byte by byte where it matters; test/e2e/image-tools.test.ts has other tools read them. */
import { expect, test } from "bun:test";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hexOf } from "../../../src/base/digest.ts";
import {
  contentOfImage,
  type Exporting,
  exportDockerArchive,
  exportLayout,
  exportLayoutArchive,
} from "../../../src/image/export/export-image.ts";
import { type Image, readImage } from "../../../src/image/store/image.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf, streamOf } from "../../support/archive.ts";
import { TestLayout } from "../../support/image-layout.ts";
import { readTar } from "../../support/read-tar.ts";
import { type TestStore, testStore } from "./store-fixture.ts";

const LAYER = archiveOf({ name: "f", content: "x" });

async function exporting(own: TestStore, name = "web"): Promise<Exporting & { readonly image: Image }> {
  const layout = new TestLayout();
  const layer = { archive: LAYER, compression: "gzip" } as const;
  layout.add(layout.image({ layers: [layer, layer] }), name);
  await own.bring(await layout.write(join(own.path, "layout")));
  return { store: own.store, image: await readImage(own.store.blobs, own.store.find(name)), name, progress: SILENT };
}

async function membersOf(write: (sink: (bytes: Uint8Array) => void) => Promise<void>): Promise<Map<string, string>> {
  const pieces: Uint8Array[] = [];
  await write((bytes) => void pieces.push(Buffer.from(bytes)));
  const members = new Map<string, string>();
  for await (const { entry, content } of readTar(streamOf(Buffer.concat(pieces)))) {
    members.set(entry.name, Buffer.concat(await Array.fromAsync(content)).toString("latin1"));
  }
  return members;
}

test("[L22] a layout has oci-layout, an index with the name, and every blob once", async () => {
  await using own = await testStore();
  const request = await exporting(own);
  const members = await membersOf((sink) => exportLayoutArchive(request, contentOfImage(request.image), sink));
  const { descriptor, manifest } = request.image;
  expect([...members.keys()].sort()).toEqual(
    [
      ...[descriptor, manifest.config, manifest.layers[0] ?? descriptor].map(({ digest }) => `blobs/sha256/${hexOf(digest)}`),
      "blobs/",
      "blobs/sha256/",
      "index.json",
      "oci-layout",
    ].sort(),
  );
  const index = JSON.parse(members.get("index.json") ?? "");
  expect(index.manifests.map(({ annotations }: { annotations: object }) => annotations)).toEqual([
    { "org.opencontainers.image.ref.name": "web" },
  ]);
});

test("an archive for docker load has uncompressed layers, each once however often the image uses it", async () => {
  await using own = await testStore();
  const request = await exporting(own, "example.org/web:1");
  const members = await membersOf((sink) => exportDockerArchive(request, request.image, sink));
  const layer = `${hexOf(digestOf(LAYER))}.tar`;
  const config = `${hexOf(request.image.manifest.config.digest)}.json`;
  expect([...members.keys()]).toEqual([layer, config, "manifest.json"]);
  expect(members.get(layer)).toBe(LAYER.toString("latin1"));
  expect(JSON.parse(members.get("manifest.json") ?? "")).toEqual([
    { Config: config, RepoTags: ["example.org/web:1"], Layers: [layer, layer] },
  ]);
});

test("an export into a layout keeps the other images, replaces the one of its name, and leaves nothing else", async () => {
  await using own = await testStore();
  const request = await exporting(own);
  const out = join(own.path, "out");
  const content = contentOfImage(request.image);
  await exportLayout({ ...request, name: "kept" }, content, out);
  await exportLayout(request, content, out);
  await exportLayout(request, content, out);
  const index = JSON.parse(await readFile(join(out, "index.json"), "utf8"));
  const names = index.manifests.map(
    (entry: { annotations: Record<string, string> }) => entry.annotations["org.opencontainers.image.ref.name"],
  );
  expect([names, (await readdir(out)).sort()]).toEqual([
    ["kept", "web"],
    ["blobs", "index.json", "oci-layout"],
  ]);
});

test("an export does not touch a layout of another version", async () => {
  await using own = await testStore();
  const request = await exporting(own);
  await writeFile(join(own.path, "oci-layout"), '{"imageLayoutVersion":"9"}');
  await expect(exportLayout(request, contentOfImage(request.image), own.path)).rejects.toThrow('its layout has version "9"');
});
