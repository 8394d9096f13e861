/** Images between tools: lamina reads what skopeo and umoci write and the reverse, and an image is the same everywhere. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { BASE, CHANGES, LISTING, laminaTree, umociTree } from "../support/image-trees.ts";
import { MOUNT_OVERLAY } from "../support/mount-overlay.ts";
import { ownId } from "../support/own-id.ts";
import { testRegistry } from "../support/registry.ts";
import { requires, staticBusybox } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const tools = requires("root", "skopeo", "umoci", "setfattr");

/** Two layers by umoci, and in `three` another one by GNU tar, which keeps fractions of a second. */
async function makeImage(box: ImageBox, more = ":"): Promise<void> {
  const script = `
    umoci init --layout made && umoci new --image made:one
    umoci unpack --image made:one a && (cd a/rootfs && ${BASE} && ${more}) && umoci repack --image made:one a
    umoci unpack --image made:one b && (cd b/rootfs && ${CHANGES}) && umoci repack --image made:two b
    mkdir -p c/etc/precise c/new && echo p > c/etc/precise/file && ln -s x c/new/link && setfattr -n user.t -v t c/new
    touch -d @1600000000.123456789 c/etc/precise/file c/new && touch -h -d @-5.25 c/new/link && touch -d @1.000000001 c/etc
    tar -C c --format=posix --xattrs --numeric-owner -cf c.tar etc new && umoci raw add-layer --image made:two --tag three c.tar
    umoci config --image made:two --config.cmd /bin/sh --config.env A=b --config.label k=v --author me`;
  await box.tool(["sh", "-ec", script]);
}

test.if(tools)("[L1] [L9] [L12] [L20] the merged tree of an imported image is what umoci unpacks", async () => {
  await using box = await imageBox();
  await makeImage(box);
  await box.must(["import", "made"]);
  const expected = await umociTree(box, "made:two");
  expect(expected.split("\n").length).toBeGreaterThan(15);
  expect(await laminaTree(box, "two")).toBe(expected);
  for (const image of ["one", "three"]) expect(await laminaTree(box, image)).toBe(await umociTree(box, `made:${image}`));
  expect(await laminaTree(box, "three")).toContain("etc/precise/file f 644 0:0 1600000000.1234567890");
});

test.if(tools)("[L22] the store itself is a layout that skopeo and umoci read and write", async () => {
  await using box = await imageBox();
  await makeImage(box);
  await box.must(["import", "made", "--ref", "two", "from-lamina:1"]);
  const { Digest } = JSON.parse(await box.tool(["skopeo", "inspect", "oci:store:from-lamina:1"]));
  const [{ digest }] = JSON.parse(await box.must(["list", "-f", "json"]));
  expect(Digest).toBe(digest);
  await box.tool(["skopeo", "copy", "-q", "oci:made:one", "oci:store:from-skopeo"]);
  await box.tool(["umoci", "tag", "--image", "store:from-skopeo", "from-umoci"]);
  expect(await laminaTreeOf(box, "from-umoci")).toBe(await umociTree(box, "store:from-skopeo"));
  await box.must(["verify"]);
});

/** Another tool wrote only the blobs, so the layers are unpacked by the import of a copy. */
async function laminaTreeOf(box: ImageBox, image: string): Promise<string> {
  await box.must(["export", image, "copy"]);
  await box.must(["import", "copy", "--ref", image]);
  return laminaTree(box, image);
}

test.if(tools).each([
  ["oci:out:two", "out", []],
  ["oci-archive:out.tar", "out.tar", []],
  ["docker-archive:out.tar", "out.tar", ["--format", "docker-archive"]],
] as const)("an image exported for %s passes skopeo, and is still the same", async (reference, destination, flags) => {
  await using box = await imageBox();
  await makeImage(box);
  await box.must(["import", "made", "--ref", "two"]);
  await box.must(["export", "two", destination, ...flags]);
  await box.tool(["skopeo", "inspect", reference]);
  await box.tool(["skopeo", "copy", "-q", reference, "oci:passed:x"]);
  expect(await umociTree(box, "passed:x")).toBe(await umociTree(box, "made:two"));
  await box.must(["import", destination, "again"]);
  expect(await laminaTree(box, "again")).toBe(await laminaTree(box, "two"));
});

test.if(tools && requires("busybox"))("what lamina commits is what umoci unpacks, whatever was changed", async () => {
  await using box = await imageBox();
  await makeImage(box, `mkdir bin && cp ${staticBusybox()} bin/busybox && mkdir dev proc sys`);
  await box.must(["import", "made"]);
  const lamina = [...runtimeUnderTest().argv, "--root", join(box.path, "state"), "--image-root", box.store];
  const writer = ownId("writer");
  await box.tool([...lamina, "run", "--image", "one", writer, "--", "/bin/busybox", "true"]);
  const { layers } = JSON.parse(await box.must(["inspect", "one"]));
  const lower = layers.map(({ chainId }: { chainId: string }) => `store/layers/${chainId.replace(":", "/")}/diff`).reverse();
  const options = `index=off,redirect_dir=off,metacopy=off,lowerdir=${lower.join(":")},upperdir=store/bundles/${writer}/upper,workdir=work`;
  const script = `mkdir mounted work\n ${MOUNT_OVERLAY} ${options} overlay mounted\n cd mounted\n (${CHANGES})\n ${LISTING}`;
  const written = await box.tool(["unshare", "--mount", "--propagation", "private", "sh", "-ec", script]);
  await box.tool([...lamina, "commit", writer, "committed"]);
  await box.tool([...lamina, "bundle", "committed", "unpacked", "--", "/x"]);
  expect(await laminaTree(box, "committed")).toBe(written);
  await box.must(["export", "committed", "out"]);
  expect(await umociTree(box, "out:committed")).toBe(written);
  await box.tool([...lamina, "delete", "--force", "--rm", writer]);
});

test.if(tools).each(["zstd", "gzip"])("[L2] layers that skopeo compressed by %s are the same layers", async (format) => {
  await using box = await imageBox();
  await makeImage(box);
  await box.tool(["skopeo", "copy", "-q", "oci:made:two", "dir:plain", "--dest-decompress"]);
  await box.tool(["skopeo", "copy", "-q", "dir:plain", "oci:packed:two", "--dest-compress-format", format]);
  await box.must(["import", "packed"]);
  const { layers } = JSON.parse(await box.must(["inspect", "two"]));
  expect(layers.map(({ mediaType }: { mediaType: string }) => mediaType.split("+")[1])).toEqual([format, format]);
  expect(await laminaTree(box, "two")).toBe(await umociTree(box, "made:two"));
});

test.if(tools).each([
  ["oci-archive:image.tar:web:1", "web:1"],
  ["docker-archive:image.tar:example.org/web:1", "example.org/web:1"],
] as const)("%s of skopeo is imported under the name that it has", async (reference, name) => {
  await using box = await imageBox();
  await makeImage(box);
  await box.tool(["skopeo", "copy", "-q", "oci:made:two", reference]);
  await box.must(["import", "image.tar"]);
  expect(await laminaTree(box, name)).toBe(await umociTree(box, "made:two"));
});

test.if(tools)("an image exported twice is the same to the last byte", async () => {
  await using box = await imageBox();
  await makeImage(box);
  await box.must(["import", "made", "--ref", "two"]);
  for (const format of ["oci-archive", "docker-archive"]) {
    await box.must(["export", "two", "first.tar", "--format", format]);
    await box.must(["export", "two", "second.tar", "--format", format]);
    await box.tool(["cmp", "first.tar", "second.tar"]);
  }
});

test.if(tools)("pull and push go through skopeo and keep the digest", async () => {
  await using box = await imageBox();
  await makeImage(box);
  const pulled = await box.must(["pull", "--quiet", "oci:made:two", "pulled"]);
  expect(await box.must(["push", "pulled", "oci:pushed:two"])).toBe(pulled);
  expect(JSON.parse(await box.tool(["skopeo", "inspect", "oci:pushed:two"])).Digest).toBe(pulled.trim());
  const failed = await box.call(["pull", "oci:made:none", "x"]);
  expect([failed.exitCode, /^cannot pull oci:made:none: .*\n$/.test(failed.stderr), await box.must(["list", "-q"])]).toEqual([
    1,
    true,
    pulled,
  ]);
  expect(await box.must(["gc"])).toBe("");
  await box.must(["verify"]);
});

test.if(tools && requires("docker-registry"))("an image goes to a registry and comes back", async () => {
  await using box = await imageBox();
  await makeImage(box);
  await box.must(["import", "made", "--ref", "two"]);
  await using registry = await testRegistry(box.path);
  const name = `${registry.host}/team/web:1`;
  const pushed = await box.must(["push", "--insecure", "two", name]);
  await box.must(["rm", "two"]);
  await box.must(["gc"]);
  expect(await box.must(["pull", "--insecure", "--quiet", name])).toBe(pushed);
  expect(await laminaTree(box, name)).toBe(await umociTree(box, "made:two"));
});
