import { expect, test } from "bun:test";
import { chmod, chown, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ImageStore } from "../../../src/image/store/image-store.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("a store that everyone can write to is not changed", async () => {
  await using own = await tempDir({ "store/.": { directory: true } });
  const root = join(own.path, "store");
  await chmod(root, 0o777);
  expect(() => new ImageStore(root).shareLock()).toThrow(`cannot use the image store ${root}: everyone can write to it`);
  await chmod(root, 0o755);
  new ImageStore(root).shareLock().close();
});

test.if(requires("root"))("what another user put into a store is not followed: such a store is refused", async () => {
  await using own = await tempDir({ "victim/file": "kept", "store/.": { directory: true } });
  const root = join(own.path, "store");
  await symlink(join(own.path, "victim"), join(root, "ingest"));
  await chown(root, 65534, 65534);
  expect(() => new ImageStore(root).takeLock(() => {})).toThrow(`cannot use the image store ${root}: it belongs to user 65534`);
  expect(await Bun.file(join(own.path, "victim/file")).text()).toBe("kept");
  await mkdir(join(own.path, "other"));
  new ImageStore(join(own.path, "other/new")).takeLock(() => {}).close();
});
