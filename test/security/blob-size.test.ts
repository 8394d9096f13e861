/**
 * Class: a blob whose size is not what its descriptor says: negative, too small, too large, or endless (umoci 0.5.1). The size is checked
 * before anything is read, no more than that is read, and the data must match the digest.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { imageBox } from "../support/image-box.ts";
import { type TestDescriptor, TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const SIZES = [-1, -(2 ** 63), 0, 1, 1.5, 2 ** 40, 2 ** 53, 2 ** 63, "100", null];
const FILES: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  "longer than it says": async (path) =>
    writeFile(path, Buffer.concat([Buffer.from(await Bun.file(path).arrayBuffer()), Buffer.from("more")])),
  "shorter than it says": (path) => truncate(path, 3),
  empty: (path) => truncate(path, 0),
  "another of the same length": async (path) => writeFile(path, Buffer.alloc((await Bun.file(path).arrayBuffer()).byteLength, "x")),
  "a terabyte of holes": (path) => truncate(path, 2 ** 40),
  "a device without an end": async (path) => {
    await rm(path);
    await symlink("/dev/zero", path);
  },
  "a pipe that nobody writes to": async (path) => {
    await rm(path);
    Bun.spawnSync(["mkfifo", path]);
  },
  "a directory": async (path) => {
    await rm(path);
    Bun.spawnSync(["mkdir", path]);
  },
};

interface Evil {
  readonly layout: TestLayout;
  readonly blobs: Readonly<Record<"layer" | "config" | "manifest", TestDescriptor>>;
}

/** A valid image, except for the size of one of its blobs. */
function evil(size?: { readonly of: "layer" | "config" | "manifest"; readonly is: unknown }): Evil {
  const layout = new TestLayout();
  const archive = archiveOf({ name: "file", content: "text" });
  const sized = (of: string, blob: TestDescriptor): TestDescriptor =>
    size?.of === of ? ({ ...blob, size: size.is } as TestDescriptor) : blob;
  const layer = layout.blob(archive, "application/vnd.oci.image.layer.v1.tar");
  const rootfs = { type: "layers", diff_ids: [layer.digest] };
  const config = layout.blob({ architecture: "amd64", os: "linux", rootfs }, "application/vnd.oci.image.config.v1+json");
  const type = "application/vnd.oci.image.manifest.v1+json";
  const manifest = layout.blob(
    { schemaVersion: 2, mediaType: type, config: sized("config", config), layers: [sized("layer", layer)] },
    type,
  );
  layout.add(sized("manifest", manifest), "evil");
  return { layout, blobs: { layer, config, manifest } };
}

for (const of of ["layer", "config", "manifest"] as const) {
  test.if(root)(`a wrong size of the ${of} is refused`, async () => {
    for (const is of SIZES) {
      await using box = await imageBox();
      const { exitCode, stderr } = await box.call(["import", await evil({ of, is }).layout.write(join(box.path, "layout")), "evil:1"]);
      expect([is, exitCode, stderr.startsWith("cannot ")]).toEqual([is, 1, true]);
      expect(await box.must(["list", "--quiet"])).toBe("");
    }
  });

  test.if(root)(`a ${of} that is not a regular file is refused, and nobody waits for it`, async () => {
    for (const [what, change] of Object.entries(FILES)) {
      await using box = await imageBox();
      const { layout, blobs } = evil();
      const path = await layout.write(join(box.path, "layout"));
      await change(join(path, "blobs", blobs[of].digest.replace(":", "/")));
      const { exitCode, stderr } = await box.call(["import", path, "evil:1"], { deadline: 20_000 });
      expect([what, exitCode, stderr.startsWith("cannot ")]).toEqual([what, 1, true]);
      expect(await box.must(["list", "--quiet"])).toBe("");
    }
  });
}
