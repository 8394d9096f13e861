/** Images for several platforms, imported with all of them: the index stays as it is, and this machine's part is unpacked. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { contentOfIndex, exportLayout } from "../../../src/image/export/export-image.ts";
import { hostPlatform } from "../../../src/image/format/platform.ts";
import { findGarbage } from "../../../src/image/store/collect.ts";
import { resolveImage } from "../../../src/image/store/image.ts";
import { verifyStore } from "../../../src/image/store/verify.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf } from "../../support/archive.ts";
import { type TestDescriptor, type TestImage, TestLayout } from "../../support/image-layout.ts";
import { testStore } from "./store-fixture.ts";

const { os, architecture } = hostPlatform();
const HERE = { os, architecture };
const SHARED = { archive: archiveOf({ name: "shared", content: "s" }), compression: "gzip" } as const;

function part(layout: TestLayout, platform: { os: string; architecture: string }, image: Partial<TestImage> = {}): TestDescriptor {
  const own = { archive: archiveOf({ name: "arch", content: platform.architecture }), compression: "zstd" } as const;
  return { ...layout.image({ layers: [SHARED, own], config: platform, ...image }), platform };
}

/** An attestation of an image: an image's config, and layers of another kind. */
function statement(layout: TestLayout): TestDescriptor {
  const platform = { os: "unknown", architecture: "unknown" };
  const layer = { archive: Buffer.from("{}"), mediaType: "application/vnd.in-toto+json" };
  return { ...layout.image({ layers: [layer], config: platform }), platform };
}

const FOREIGN = { mediaType: "application/vnd.example", digest: digestOf("nowhere"), size: 1 };

test("[L21] all platforms of an index are kept, nested ones and attestations too, and only this machine's is unpacked", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const inner = layout.index([part(layout, { os: "linux", architecture: "s390x" })]);
  const index = layout.index([
    FOREIGN,
    part(layout, { os: "linux", architecture: "riscv64" }),
    part(layout, HERE),
    statement(layout),
    inner,
  ]);
  layout.add(index, "web");
  const [added] = await own.bring(await layout.write(join(own.path, "layout")), { allPlatforms: true });
  expect(added).toMatchObject({ name: "web", descriptor: { digest: index.digest }, layers: 2, newLayers: 2 });
  expect(own.store.blobs.list().toSorted()).toEqual([...layout.blobs.keys()].toSorted());
  expect(own.store.layers.list()).toHaveLength(2);
  const { config, lowers } = await resolveImage(own.store, "web");
  expect([config.platform.architecture, await Bun.file(`${lowers[0]}/arch`).text()]).toEqual([architecture, architecture]);
  using _ = own.store.shareLock();
  expect((await verifyStore(own.store, SILENT)).problems).toEqual([]);
  expect(findGarbage(own.store)).toEqual({ blobs: [], layers: [] });
});

test("such an import is exported as the same index", async () => {
  await using own = await testStore();
  await using other = await testStore();
  const layout = new TestLayout();
  const index = layout.index([part(layout, HERE), part(layout, { os: "linux", architecture: "riscv64" }), statement(layout)]);
  await own.bring(await layout.add(index, "web").write(join(own.path, "layout")), { allPlatforms: true });
  const out = join(own.path, "out");
  await exportLayout({ store: own.store, name: "again", progress: SILENT }, contentOfIndex(own.store, own.store.find("web")), out);
  const [added] = await other.bring(out, { allPlatforms: true });
  expect(added).toMatchObject({ name: "again", descriptor: { digest: index.digest } });
  expect(other.store.blobs.list()).toEqual(own.store.blobs.list());
});

test("an index without a part for this machine is kept, and cannot be run here", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.index([part(layout, { os: "linux", architecture: "s390x" })]), "web");
  const [added] = await own.bring(await layout.write(join(own.path, "layout")), { allPlatforms: true });
  expect([added?.layers, own.store.layers.list()]).toEqual([0, []]);
  await expect(resolveImage(own.store, "web")).rejects.toThrow(/it has no part for/);
});

test("a single image is the same with and without all platforms", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  const image = layout.image({ layers: [SHARED], config: HERE });
  const [added] = await own.bring(await layout.add(image, "web").write(join(own.path, "layout")), { allPlatforms: true });
  expect(added?.descriptor.digest).toBe(image.digest);
});

test.each<[string, (layout: TestLayout, other: TestDescriptor) => TestDescriptor, RegExp]>([
  [
    "[L4] has another content than its config says",
    (layout) => part(layout, { os: "linux", architecture: "s390x" }, { diffIds: [digestOf("a"), digestOf("b")] }),
    /cannot add layer sha256:.*: its content is sha256:.*, not sha256:/,
  ],
  [
    "[L3] is damaged",
    (layout, other) => {
      const [blob] = [...layout.blobs.values()].filter((bytes) => bytes[0] === 0x28).slice(-1);
      blob?.fill(1, 20, 21);
      return other;
    },
    /sha256:/,
  ],
  [
    "is missing",
    (layout, other) => {
      for (const [digest, bytes] of layout.blobs) if (bytes[0] === 0x28) layout.blobs.delete(digest);
      return other;
    },
    /there is no such file/,
  ],
])("a layer of another platform that %s is refused, and the image gets no name", async (_, damage, reason) => {
  await using own = await testStore();
  const layout = new TestLayout();
  const other = damage(layout, part(layout, { os: "linux", architecture: "s390x" }));
  layout.add(layout.index([other]), "web");
  await expect(own.bring(await layout.write(join(own.path, "layout")), { allPlatforms: true })).rejects.toThrow(reason);
  expect(own.store.entries()).toEqual([]);
});

test("endlessly nested indexes are refused", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  let index = layout.index([]);
  for (let depth = 0; depth < 6; depth++) index = layout.index([index]);
  layout.add(index, "web");
  await expect(own.bring(await layout.write(join(own.path, "layout")), { allPlatforms: true })).rejects.toThrow(/too many indexes$/);
});
