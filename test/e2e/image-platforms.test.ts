/** Images for several platforms, with all of them, from and to other tools' stores. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { hostPlatform } from "../../src/image/format/platform.ts";
import { archiveOf } from "../support/archive.ts";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { testRegistry } from "../support/registry.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const withSkopeo = requires("skopeo");
const { os, architecture } = hostPlatform();
const PLATFORMS = [
  { os: "linux", architecture: "s390x" },
  { os, architecture },
];

/** A layout with an index for two platforms, called web. */
async function writeIndex(box: ImageBox): Promise<string> {
  const layout = new TestLayout();
  const parts = PLATFORMS.map((platform) => {
    const archive = archiveOf({ name: "arch", content: platform.architecture });
    return { ...layout.image({ layers: [{ archive, compression: "gzip" }], config: platform }), platform };
  });
  const index = layout.index(parts);
  await layout.add(index, "web").write(join(box.path, "layout"));
  return index.digest;
}

test("an image for several platforms is imported whole, or in part, and not both", async () => {
  await using box = await imageBox();
  const digest = await writeIndex(box);
  expect(await box.must(["import", "--all-platforms", "layout"])).toBe(`web: ${digest}, 1 layer, 1 new\n`);
  const [listed] = JSON.parse(await box.must(["list", "--format", "json"]));
  expect(listed).toMatchObject({ digest, platforms: PLATFORMS.map((one) => `${one.os}/${one.architecture}`) });
  await box.must(["import", "--platform", "linux/s390x", "layout", "part"]);
  expect(JSON.parse(await box.must(["inspect", "part"])).config.architecture).toBe("s390x");
  const both = await box.call(["import", "--all-platforms", "--platform", "linux/s390x", "layout"]);
  expect(both).toMatchObject({ exitCode: 1, stderr: "cannot take one platform and all of them: leave one of the options out\n" });
  await box.must(["verify"]);
});

test("an export has the index again, or the requested platform", async () => {
  await using box = await imageBox();
  const digest = await writeIndex(box);
  await box.must(["import", "--all-platforms", "layout"]);
  for (const [destination, format] of [
    ["out", "oci"],
    ["out.tar", "oci-archive"],
  ] as const) {
    await box.must(["export", "--format", format, "web", destination]);
    expect(await box.must(["import", "--all-platforms", "--quiet", destination, "again"])).toBe(`${digest}\n`);
  }
  await box.must(["export", "--platform", "linux/s390x", "web", "one"]);
  expect(await box.must(["import", "--platform", "linux/s390x", "--quiet", "one", "one"])).not.toBe(`${digest}\n`);
  await box.must(["export", "--format", "docker-archive", "web", "docker.tar"]);
  await box.must(["import", "docker.tar", "docker"]);
  expect(JSON.parse(await box.must(["inspect", "docker"])).config.architecture).toBe(architecture);
});

test.if(withSkopeo && requires("docker-registry"))("an index goes to a registry and comes back, with all platforms", async () => {
  await using box = await imageBox();
  const digest = await writeIndex(box);
  await box.must(["import", "--all-platforms", "layout"]);
  await using registry = await testRegistry(box.path);
  const name = `${registry.host}/team/web:1`;
  expect(await box.must(["push", "--insecure", "web", name])).toBe(`${digest}\n`);
  const raw = JSON.parse(await box.tool(["skopeo", "inspect", "--raw", "--tls-verify=false", `docker://${name}`]));
  expect(raw.manifests.map((one: { platform: object }) => one.platform)).toEqual(PLATFORMS);
  await box.must(["rm", "web"]);
  await box.must(["gc"]);
  expect(await box.must(["pull", "--insecure", "--quiet", "--all-platforms", name])).toBe(`${digest}\n`);
  await box.must(["verify"]);
  const [listed] = JSON.parse(await box.must(["list", "--format", "json"]));
  expect(listed.platforms).toHaveLength(2);
});

test.if(withSkopeo)("[L2] a layer that must not be distributed is used here, and never pushed", async () => {
  await using box = await imageBox();
  const layout = new TestLayout();
  const mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar";
  const layer = { archive: archiveOf({ name: "secret", content: "s" }), mediaType };
  const image = { ...layout.image({ layers: [layer], config: { os, architecture } }), platform: { os, architecture } };
  layout.add(image, "single").add(layout.index([image]), "index");
  await layout.write(join(box.path, "layout"));
  await box.must(["import", "--all-platforms", "layout"]);
  for (const name of ["single", "index"]) {
    const { exitCode, stderr } = await box.call(["push", name, "oci:pushed:x"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^cannot push \w+: its layer sha256:\w+ must not be distributed\n$/),
    });
  }
  expect(await Bun.file(join(box.path, "pushed/index.json")).exists()).toBe(false);
});
