/** Nothing is taken on trust: blobs that the store has, or whose layers it has, are still read; and a failed import leaves nothing. */
import { describe, expect, test } from "bun:test";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../../src/base/digest.ts";
import { exportDockerArchive } from "../../../src/image/export/export-image.ts";
import { findGarbage } from "../../../src/image/store/collect.ts";
import { readImage, resolveImage } from "../../../src/image/store/image.ts";
import { verifyStore } from "../../../src/image/store/verify.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf } from "../../support/archive.ts";
import { compressed, TestLayout } from "../../support/image-layout.ts";
import { type TestStore, testStore } from "./store-fixture.ts";

const BASE = archiveOf({ name: "f", content: "base" });
const OTHER = archiveOf({ name: "f", content: "other" });
const TOP = archiveOf({ name: "g", content: "top" });
const GZIPPED = compressed(BASE, "gzip");
const LAYER = "application/vnd.oci.image.layer.v1.tar";

interface Shape {
  /** As in the layout. */
  readonly blobs: readonly Buffer[];
  readonly diffIds: readonly Digest[];
}

async function write(own: TestStore, name: string, { blobs, diffIds }: Shape, change?: (layout: TestLayout) => void): Promise<string> {
  const layout = new TestLayout();
  const layers = blobs.map((blob) => layout.blob(blob, LAYER));
  layout.add(layout.image({ layers: [], diffIds, manifest: { layers } }), name);
  change?.(layout);
  return layout.write(join(own.path, name));
}

const GOOD: Shape = { blobs: [BASE], diffIds: [digestOf(BASE)] };

/** Everything that an import could have added. */
async function contents({ store }: TestStore): Promise<object> {
  const problems = (await verifyStore(store, SILENT)).problems;
  const ingest = await readdir(join(store.root, "ingest"));
  return {
    entries: store.entries(),
    blobs: store.blobs.list().sort(),
    layers: store.layers.list(),
    garbage: findGarbage(store),
    problems,
    ingest,
  };
}

describe("with a layer that the store has, an import is refused", () => {
  test.each<[string, Shape, RegExp]>([
    [
      "of another blob with other content",
      { ...GOOD, blobs: [OTHER] },
      /cannot add layer (sha256:[0-9a-f]+): its content is sha256:[0-9a-f]+, not/,
    ],
    [
      "of its blob, compressed and cut",
      { ...GOOD, blobs: [GZIPPED.subarray(0, -10)] },
      /cannot add layer sha256:[0-9a-f]+: cannot uncompress/,
    ],
    [
      "of its blob, with more behind the compressed data",
      { ...GOOD, blobs: [Buffer.concat([GZIPPED, GZIPPED])] },
      /its content is sha256:/,
    ],
    ["of a blob that is no archive", { ...GOOD, blobs: [Buffer.from("text")] }, /its content is sha256:/],
    ["of a second layer that is forged", { blobs: [BASE, OTHER], diffIds: [digestOf(BASE), digestOf(TOP)] }, /cannot (add|store)/],
    ["of a known blob under another content", { blobs: [BASE], diffIds: [digestOf(OTHER)] }, /cannot add layer sha256:[0-9a-f]+: /],
  ])("%s", async (_, shape, message) => {
    await using own = await testStore();
    await own.bring(await write(own, "good", GOOD));
    const before = await contents(own);
    await expect(own.bring(await write(own, "forged", shape))).rejects.toThrow(message);
    expect(await contents(own)).toEqual(before);
  });

  test("from an archive in docker's format as well", async () => {
    await using own = await testStore();
    await own.bring(await write(own, "good", GOOD));
    const before = await contents(own);
    const config = JSON.stringify({ rootfs: { type: "layers", diff_ids: [digestOf(BASE)] } });
    const manifest = JSON.stringify([{ Config: "c.json", RepoTags: ["forged:1"], Layers: ["l.tar"] }]);
    const members = [
      { name: "l.tar", content: OTHER },
      { name: "c.json", content: config },
      { name: "manifest.json", content: manifest },
    ];
    await writeFile(join(own.path, "saved.tar"), archiveOf(...members));
    await expect(own.bring(join(own.path, "saved.tar"))).rejects.toThrow(/cannot add layer l.tar of .*: its content is sha256:/);
    expect(await contents(own)).toEqual(before);
  });
});

describe("with a damaged blob in the store", () => {
  const damage = async ({ store }: TestStore, digest: Digest): Promise<void> => {
    const bytes = await readFile(store.blobs.path(digest));
    await writeFile(store.blobs.path(digest), bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 4));
  };

  test.each(["layer", "config", "manifest"] as const)("the source's own is taken instead: a %s", async (part) => {
    await using own = await testStore();
    const source = await write(own, "good", GOOD);
    await own.bring(source);
    const { descriptor, manifest } = await readImage(own.store.blobs, own.store.find("good"));
    const digest = { layer: manifest.layers[0]?.digest, config: manifest.config.digest, manifest: descriptor.digest }[part];
    if (digest === undefined) throw new Error("the image has no layer");
    await damage(own, digest);
    await own.bring(source);
    expect((await verifyStore(own.store, SILENT)).problems).toEqual([]);
  });

  test("an import whose source lacks it is refused, and names the blob", async () => {
    await using own = await testStore();
    const source = await write(own, "good", GOOD);
    await own.bring(source);
    await damage(own, digestOf(BASE));
    await rm(join(source, "blobs", digestOf(BASE).replace(":", "/")));
    await expect(own.bring(source)).rejects.toThrow(/cannot read blobs\/sha256\/[0-9a-f]+ in .*: there is no such file$/);
  });

  test("an intact one is not copied again", async () => {
    await using own = await testStore();
    const source = await write(own, "good", GOOD);
    await own.bring(source);
    const inode = async (): Promise<number> => (await stat(own.store.blobs.path(digestOf(BASE)))).ino;
    const before = await inode();
    await rm(join(source, "blobs", digestOf(BASE).replace(":", "/")));
    await own.bring(source, { name: "again" });
    expect(await inode()).toBe(before);
  });
});

describe("sizes are checked first", () => {
  test("nothing of an image is copied if a later layer has the wrong size", async () => {
    await using own = await testStore();
    const shape = { blobs: [BASE, TOP], diffIds: [digestOf(BASE), digestOf(TOP)] };
    const source = await write(
      own,
      "wrong",
      shape,
      (layout) => void layout.blobs.set(digestOf(TOP), Buffer.concat([TOP, Buffer.alloc(1)])),
    );
    await expect(own.bring(source)).rejects.toThrow(
      `cannot read blob ${digestOf(TOP)}: it has ${TOP.length + 1} bytes and must have ${TOP.length}`,
    );
    expect([own.store.blobs.list(), own.store.layers.list()]).toEqual([[], []]);
  });

  test.each(["config", "manifest"] as const)("a %s of another size is refused by name", async (part) => {
    await using own = await testStore();
    let digest = "";
    const source = await write(own, "wrong", GOOD, (layout) => {
      const root = layout.entries[0]?.digest as Digest;
      const manifest = JSON.parse(String(layout.blobs.get(root))) as { config: { digest: Digest } };
      digest = part === "config" ? manifest.config.digest : root;
      layout.blobs.set(digest as Digest, Buffer.concat([layout.blobs.get(digest as Digest) ?? Buffer.alloc(0), Buffer.from(" ")]));
    });
    await expect(own.bring(source)).rejects.toThrow(new RegExp(`cannot read blob ${digest}: it has \\d+ bytes and must have \\d+$`));
  });
});

describe("a failure leaves nothing", () => {
  test("no image of a layout, if the last one is damaged", async () => {
    await using own = await testStore();
    await own.bring(await write(own, "good", GOOD));
    const before = await contents(own);
    const layout = new TestLayout();
    layout.add(layout.image({ layers: [{ archive: BASE }, { archive: TOP }] }), "first");
    layout.add(layout.image({ layers: [{ archive: OTHER }], diffIds: [digestOf(TOP)] }), "second");
    await expect(own.bring(await layout.write(join(own.path, "both")))).rejects.toThrow(/cannot (add|store)/);
    expect(await contents(own)).toEqual(before);
  });

  test("and nothing of an earlier image is removed", async () => {
    await using own = await testStore();
    await own.bring(await write(own, "good", { blobs: [BASE, TOP], diffIds: [digestOf(BASE), digestOf(TOP)] }));
    const before = await contents(own);
    const shape = { blobs: [BASE, TOP, OTHER], diffIds: [digestOf(BASE), digestOf(TOP), digestOf(BASE)] };
    await expect(own.bring(await write(own, "more", shape))).rejects.toThrow(/cannot (add|store)/);
    expect(await contents(own)).toEqual(before);
    expect((await resolveImage(own.store, "good")).lowers).toHaveLength(2);
  });

  test("while others use the store, a warning says that something remains", async () => {
    await using own = await testStore();
    using _ = own.store.shareLock();
    const shape = { blobs: [BASE, OTHER], diffIds: [digestOf(BASE), digestOf(TOP)] };
    await expect(own.bring(await write(own, "forged", shape))).rejects.toThrow(/cannot (add|store)/);
    expect(own.warnings).toEqual(["some of what was added stays until lamina image gc: others are using the store"]);
    expect(own.store.entries()).toEqual([]);
  });
});

test("no archive for docker load is written of a layer whose content differs from its config", async () => {
  await using own = await testStore();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: [{ archive: OTHER }], diffIds: [digestOf(BASE)] }), "forged");
  await layout.write(own.store.root); // as another tool writes it
  const image = await readImage(own.store.blobs, own.store.find("forged"));
  const exporting = exportDockerArchive({ store: own.store, name: "x", progress: SILENT }, image, () => undefined);
  await expect(exporting).rejects.toThrow(
    `cannot export layer ${digestOf(OTHER)}: its content is ${digestOf(OTHER)}, not ${digestOf(BASE)}`,
  );
});
