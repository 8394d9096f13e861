/** `lamina image`: the store as users see it, from import to garbage collection. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { imageBox } from "../support/image-box.ts";
import { compressed, TestLayout } from "../support/image-layout.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const BASE = archiveOf({ name: "etc/" }, { name: "etc/motd", content: "base\n" });
const TOP = archiveOf({ name: "etc/motd", content: "top\n" });

async function writeRoot(path: string, archive = BASE): Promise<string> {
  await writeFile(join(path, "root.tar"), archive);
  return "root.tar";
}

test("an image is imported, named, looked at, renamed, removed and collected", async () => {
  await using box = await imageBox();
  const imported = await box.must(["import", await writeRoot(box.path), "base:1"]);
  const digest = /sha256:[0-9a-f]{64}/.exec(imported)?.[0] ?? "";
  expect(imported).toBe(`base:1: ${digest}, 1 layer, 1 new\n`);
  await box.must(["tag", "base:1", "other"]);
  const listed = JSON.parse(await box.must(["list", "--format", "json"]));
  expect(listed.map(({ name, layers }: { name: string; layers: number }) => [name, layers])).toEqual([
    ["base:1", 1],
    ["other", 1],
  ]);
  const inspected = JSON.parse(await box.must(["inspect", digest.slice(7, 19)]));
  expect([inspected.names, inspected.digest, inspected.layers.length]).toEqual([["base:1", "other"], digest, 1]);
  expect(await box.must(["history", "base:1"])).toContain("lamina image import (root filesystem archive)");
  expect(await box.must(["rm", "base:1"])).toBe("");
  expect(await box.must(["gc"])).toBe("");
  await box.must(["rm", digest]);
  expect((await box.must(["gc", "--dry-run"])).split("\n")).toHaveLength(5); // manifest, config, blob and layer
  await box.must(["gc"]);
  expect([await box.must(["list", "--quiet"]), await readdir(join(box.store, "blobs/sha256"))]).toEqual(["", []]);
  expect(await box.must(["verify"])).toBe("0 blobs and 0 unpacked layers are as they should be\n");
});

test("a store that does not exist is empty, and reading it does not create it", async () => {
  await using box = await imageBox();
  expect([await box.must(["list", "-q"]), await box.must(["tree"])]).toEqual(["", ""]);
  expect(await readdir(box.path)).not.toContain("store");
});

test("standard input works like a file, compressed or not", async () => {
  await using box = await imageBox();
  await writeRoot(box.path);
  await writeFile(join(box.path, "root.tar.gz"), compressed(BASE, "gzip"));
  const importing = 'exec "$0" --image-root store image import - "$1"';
  const lamina = runtimeUnderTest().argv[0] ?? "";
  await box.tool(["sh", "-c", `cat root.tar | ${importing}`, lamina, "piped"]);
  await box.tool(["sh", "-c", `cat root.tar.gz | ${importing}`, lamina, "zipped"]);
  await box.must(["import", "root.tar", "read"]);
  const listed: { name: string; digest: string }[] = JSON.parse(await box.must(["list", "-f", "json"]));
  const [piped, zipped, read] = listed;
  expect([piped?.digest === read?.digest, piped?.digest === zipped?.digest]).toEqual([true, false]);
  expect(await box.must(["verify"])).toBe("5 blobs and 1 unpacked layers are as they should be\n");
});

test("without a terminal only the result is printed", async () => {
  await using box = await imageBox();
  const outcome = await box.call(["import", "-q", await writeRoot(box.path), "base"]);
  expect({ ...outcome, stdout: outcome.stdout.replace(/[0-9a-f]{64}/, "…") }).toEqual({ exitCode: 0, stdout: "sha256:…\n", stderr: "" });
});

test("df shows what images share and what gc would free", async () => {
  await using box = await imageBox();
  const layout = new TestLayout();
  layout.add(layout.image({ layers: [{ archive: BASE }] }), "base");
  layout.add(layout.image({ layers: [{ archive: BASE }, { archive: TOP }] }), "top");
  await layout.write(join(box.path, "layout"));
  await box.must(["import", "layout"]);
  await box.must(["rm", "top"]);
  const told = JSON.parse(await box.must(["df", "--format", "json"]));
  expect([told.images.length, told.reclaimable.layers, told.total.layers]).toEqual([1, 4, 9]);
  expect(await box.must(["df"])).toContain("4 B unpacked\n");
});

test.each<[string, readonly string[], string]>([
  ["a source that does not exist", ["import", "nothing", "x"], "cannot import nothing: no such file or directory\n"],
  ["a name that is none", ["import", "root.tar", "a//b"], 'cannot use "a//b" as name of an image: it is none\n'],
  [
    "no name for a root filesystem",
    ["import", "root.tar"],
    "cannot import root.tar: it is a root filesystem, which has no name of its own\n",
  ],
  ["an image that is not there", ["inspect", "nobody"], 'cannot find image "nobody": there is none of that name\n'],
  ["a platform that is none", ["import", "root.tar", "x", "--platform", "linux"], 'cannot use "linux" as platform: it is none\n'],
  ["an export of nothing", ["export", "nobody", "out"], 'cannot find image "nobody": there is none of that name\n'],
  ["a push of nothing", ["push", "nobody"], 'cannot find image "nobody": there is none of that name\n'],
  ["a pull without a name", ["pull", "dir:/nowhere"], "cannot pull dir:/nowhere: the reference has no name for the image in it\n"],
])("%s is one clear error, and no image", async (_, words, message) => {
  await using box = await imageBox();
  await writeRoot(box.path);
  const { exitCode, stdout, stderr } = await box.call(words);
  expect({ exitCode, stdout, first: `${stderr.split("\n")[0]}\n` }).toEqual({ exitCode: 1, stdout: "", first: message });
  expect(await box.must(["list", "-q"])).toBe("");
});

test("a registry needs skopeo, and the error says if it is missing", async () => {
  await using box = await imageBox();
  const { exitCode, stderr } = await box.call(["pull", "example.org/web:1"], { env: { PATH: "/nowhere" } });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr:
      "cannot pull example.org/web:1: skopeo, which talks to registries, is not installed\n  hint: install it with your package manager: apt-get install skopeo\n",
  });
});

test("verify reports damage by its exit status, and an import restores what was removed", async () => {
  await using box = await imageBox();
  await box.must(["import", await writeRoot(box.path), "base"]);
  const { layers } = JSON.parse(await box.must(["inspect", "base"]));
  await writeFile(join(box.store, "blobs", layers[0].digest.replace(":", "/")), Buffer.from(BASE).fill(1, 1024, 1025));
  const first = await box.call(["verify", "--remove-damaged"]);
  expect([first.exitCode, first.stdout.includes(layers[0].digest)]).toEqual([1, true]);
  await box.must(["import", "root.tar", "base"]);
  await box.must(["verify"]);
});
