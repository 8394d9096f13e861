/** Images outside the store are named as in skopeo and podman; a name that cannot be reached is refused, and is not taken for a file. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../../src/sys/library/hash.ts";
import { archiveOf } from "../support/archive.ts";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const ROOT = archiveOf({ name: "etc/" }, { name: "etc/motd", content: "base\n" });

/** A store with the image web:1. */
async function begin(box: ImageBox): Promise<void> {
  await writeFile(join(box.path, "root.tar"), ROOT);
  await box.must(["import", "--quiet", "root.tar", "web:1"]);
}

const made = async (box: ImageBox): Promise<string[]> =>
  (await readdir(box.path)).filter((name) => name !== "root.tar" && name !== "store" && !name.startsWith("call-")).sort();

test.each([
  ["oci:out", "out", "web:1"],
  ["oci:out:renamed:2", "out", "renamed:2"],
  ["oci-archive:out.tar", "out.tar", "web:1"],
  ["oci-archive:out.tar:renamed:2", "out.tar", "renamed:2"],
  ["docker-archive:out.tar", "out.tar", "web:1"],
  ["docker-archive:out.tar:example.org/renamed:2", "out.tar", "example.org/renamed:2"],
])("what is exported to %s lies in %s, and comes back as %s", async (place, file, name) => {
  await using box = await imageBox();
  await begin(box);
  await box.must(["export", "web:1", place]);
  expect(await made(box)).toEqual([file]);
  await box.must(["rm", "web:1"]);
  await box.must(["import", place]);
  expect(JSON.parse(await box.must(["inspect", name])).names).toEqual([name]);
  expect((await box.call(["import", `${place.split(":").slice(0, 2).join(":")}:other:3`])).stderr).toMatch(
    /^cannot import "other:3" from out\S*: it has \S+\n/,
  );
});

test.if(requires("skopeo"))("skopeo reads what lamina writes by the same words, and the other way round", async () => {
  await using box = await imageBox();
  await begin(box);
  for (const [i, place] of ["oci:a:web:1", "oci-archive:b.tar:web:1", "docker-archive:c.tar:web:1"].entries()) {
    await box.must(["export", "web:1", place]);
    expect(JSON.parse(await box.tool(["skopeo", "inspect", "--config", place])).rootfs.diff_ids).toHaveLength(1);
    const copied = place.replace(/:./, `:copied-${i}`);
    await box.tool(["skopeo", "copy", "--insecure-policy", "--quiet", place, copied]);
    await box.must(["import", copied, `back:${i}`]);
    expect(JSON.parse(await box.must(["inspect", `back:${i}`])).layers[0].chainId).toBe(digestOf(ROOT));
  }
  await box.must(["verify"]);
});

test.if(requires("root", "skopeo"))("a user's skopeo reads an archive as well", async () => {
  await using box = await imageBox();
  await begin(box);
  await chmod(box.path, 0o755);
  const user = ["setpriv", "--reuid=61000", "--regid=61000", "--clear-groups", "env", "HOME=/", "XDG_RUNTIME_DIR=/", "skopeo"];
  for (const place of ["oci-archive:b.tar:web:1", "docker-archive:c.tar:web:1"]) {
    await box.must(["export", "web:1", place]);
    expect(JSON.parse(await box.tool([...user, "inspect", "--config", place])).rootfs.diff_ids).toHaveLength(1);
  }
});

test.each([
  ["docker://example.org/web:1", "image push web:1 docker://example.org/web:1"],
  ["dir:out", "image push web:1 dir:out"],
  ["containers-storage:web:1", "image push web:1 containers-storage:web:1"],
  ["docker-daemon:web:1", "image push web:1 docker-daemon:web:1"],
])("an export to %s is refused, and says what to do", async (place, hint) => {
  await using box = await imageBox();
  await begin(box);
  const { exitCode, stdout, stderr } = await box.call(["export", "web:1", place]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toStartWith(`cannot export ${place}: `);
  expect(stderr).toContain(hint);
  expect(await made(box)).toEqual([]);
});

test.each([
  ["docker://example.org/web:1", "image pull docker://example.org/web:1"],
  ["dir:nowhere", "image pull dir:nowhere"],
  ["https://example.org/web.tar", "./https://example.org/web.tar is a path"],
])("an import from %s is refused, and says what to do", async (place, hint) => {
  await using box = await imageBox();
  const { exitCode, stderr } = await box.call(["import", place]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(hint)]);
});

test("a path with a colon is a path if it says so", async () => {
  await using box = await imageBox();
  await begin(box);
  await box.must(["export", "web:1", "./oci:out"]);
  expect(await made(box)).toEqual(["oci:out"]);
  await box.must(["import", "./oci:out", "again:1"]);
});
