/**
 * Class: a document that is a manifest to one reader and an index to another (CVE-2021-41190): what was checked is not what runs. A document that
 * could be both, or is not what its descriptor says, is refused.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { imageBox } from "../support/image-box.ts";
import { type TestDescriptor, TestLayout } from "../support/image-layout.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

/** What index.json names, in a layout that also has the image `good`. */
const DOCUMENTS: Readonly<Record<string, (layout: TestLayout, good: TestDescriptor) => TestDescriptor>> = {
  "a manifest with manifests": (layout, good) =>
    layout.image({ layers: [{ archive: archiveOf({ name: "evil" }) }], manifest: { manifests: [good] } }),
  "a manifest with an empty list of manifests": (layout) =>
    layout.image({ layers: [{ archive: archiveOf({ name: "evil" }) }], manifest: { manifests: [] } }),
  "an index with layers": (layout, good) => layout.blob({ schemaVersion: 2, mediaType: INDEX, manifests: [good], layers: [] }, INDEX),
  "an index with a config": (layout, good) =>
    layout.blob({ schemaVersion: 2, mediaType: INDEX, manifests: [good], config: good, layers: [good] }, INDEX),
  "a manifest that is said to be an index": (layout) => ({ ...layout.image({ layers: [] }), mediaType: INDEX }),
  "an index that is said to be a manifest": (layout, good) => ({ ...layout.index([good]), mediaType: MANIFEST }),
  "a manifest that says it is an index": (layout) => layout.image({ layers: [], manifest: { mediaType: INDEX } }),
  "a layer as a manifest": (layout) => layout.blob(archiveOf({ name: "file" }), MANIFEST),
};

for (const [what, document] of Object.entries(DOCUMENTS)) {
  test.if(root)(`${what} is refused, and nothing of it is kept`, async () => {
    await using box = await imageBox();
    const layout = new TestLayout();
    const good = layout.image({ layers: [{ archive: archiveOf({ name: "good" }) }] });
    layout.add(document(layout, good), "evil");
    const { exitCode, stderr } = await box.call(["import", await layout.write(join(box.path, "layout")), "evil:1"]);
    expect([exitCode, stderr.startsWith("cannot ")]).toEqual([1, true]);
    expect(await box.must(["list", "--quiet"])).toBe("");
  });
}
