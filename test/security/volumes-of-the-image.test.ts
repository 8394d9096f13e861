/**
 * Class: what an image has in the place of its volumes is copied to a bundle when that is made: device files and set-user-id programs too, which any
 * user of the host could use. The directory that they lie in is the owner's alone; the container still has them.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

test.if(root)("no other user gets at a set-user-id program in a volume of a bundle", async () => {
  await using box = await imageBox();
  chmodSync(box.path, 0o755);
  const layout = new TestLayout();
  const archive = archiveOf({ name: "data", kind: "directory", mode: 0o755 }, { name: "data/evil", mode: 0o4755 });
  layout.add(layout.image({ layers: [{ archive }], config: { config: { Cmd: ["/x"], Volumes: { "/data": {} } } } }), "evil");
  await box.must(["import", "--quiet", await layout.write(join(box.path, "layout")), "evil:1"]);
  const bundle = join(box.path, "bundle");
  await box.tool([...runtimeUnderTest().argv, "--image-root", box.store, "bundle", "evil:1", bundle]);
  const evil = join(bundle, "volumes/1/evil");
  expect([existsSync(evil), statSync(evil).mode & 0o7777]).toEqual([true, 0o4755]);
  expect(await (await box.run([...NOBODY, "test", "-e", join(bundle, "config.json")])).ended).toMatchObject({ exitCode: 0 });
  expect(await (await box.run([...NOBODY, "test", "-e", evil])).ended).toMatchObject({ exitCode: 1 });
});
