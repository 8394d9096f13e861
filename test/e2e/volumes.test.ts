/** `lamina volume`: named volumes while there is no container. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openShop } from "../support/image-shop.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [WEB, MADE] = [ownId("web"), ownId("made")] as const;

const possible = requires("root", "busybox");

test.if(possible)("a volume is listed with its size and the bundles that mount it, and stays until it is removed", async () => {
  await using shop = await openShop();
  expect(await shop.must("volume", "list", "--quiet")).toBe("");
  await shop.must("run", "--image", "base:1", "-v", "kept:/kept", WEB, "--", "sh", "-c", "echo 12345 >/kept/file");
  await shop.must("run", "--image", "base:1", "--rm", "-v", "free:/free", "--", "sh", "-c", "echo 1 >/free/file");
  const path = (name: string): string => join(shop.store, "volumes", name);
  const web = join(shop.store, `bundles/${WEB}`);
  expect(JSON.parse(await shop.must("volume", "list", "--format", "json"))).toEqual([
    { name: "free", path: path("free"), bundles: [], size: 2 },
    { name: "kept", path: path("kept"), bundles: [web], size: 6 },
  ]);
  expect((await shop.must("volume", "list")).split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["NAME", "SIZE", "BUNDLES", "PATH"],
    ["free", "2 B", "0", path("free")],
    ["kept", "6 B", "1", path("kept")],
    [""],
  ]);
  expect(await shop.call(["volume", "rm", "kept"])).toMatchObject({
    exitCode: 1,
    stderr: `cannot remove volume kept: ${web} mounts it\n  hint: remove that bundle first\n`,
  });
  await shop.must("volume", "rm", "free");
  expect(await shop.must("volume", "list", "-q")).toBe("kept\n");
});

test.if(possible)("a new volume starts with the image's content at its path, and an existing one stays as it is", async () => {
  await using shop = await openShop();
  const make = "mkdir -p /data/sub; echo image >/data/sub/file; chown -R 7:8 /data; chmod 2750 /data; ln -s data /link";
  await shop.must("run", "--image", "base:1", MADE, "--", "sh", "-c", make);
  await shop.must("commit", "--quiet", MADE, "next:1");
  const run = (script: string, volume = "kept:/link") =>
    shop.must("run", "--rm", "--image", "next:1", "-v", volume, "--", "busybox", "sh", "-c", script);
  const look = "busybox stat -c '%a %u:%g' /data /data/sub/file; busybox cat /data/sub/file";
  expect(await run(`${look}; echo changed >/data/sub/file`)).toBe("2750 7:8\n644 7:8\nimage\n");
  expect(await run(look)).toBe("2750 7:8\n644 7:8\nchanged\n");
  expect(await run("busybox ls -a /nothing; busybox stat -c '%a %u:%g' /nothing", "empty:/nothing")).toBe(".\n..\n755 0:0\n");
});

test.if(possible)("an image's own volumes belong to the bundle: they start as in the image, and stay out of its layer", async () => {
  await using shop = await openShop();
  const make = "mkdir -p /data; echo image >/data/file";
  await shop.must("run", "--image", "base:1", MADE, "--", "sh", "-c", make);
  await shop.must("commit", "--quiet", "--change", "VOLUME /data", MADE, "next:1");
  const bundle = join(shop.store, `bundles/${WEB}`);
  const script = "cat /data/file; echo more >>/data/file";
  expect(await shop.must("run", "--image", "next:1", WEB, "--", "sh", "-c", script)).toBe("image\n");
  expect(await shop.must("run", "--bundle", bundle, WEB)).toBe("image\nmore\n");
  expect(await shop.must("diff", WEB)).toBe("");
  expect(await shop.must("run", "--rm", "--image", "next:1", "--", "busybox", "cat", "/data/file")).toBe("image\n");
  expect(await Bun.file(join(bundle, "volumes/1/file")).text()).toBe("image\nmore\nmore\n");
});

for (const name of ["none", "..", "kept/file", ""]) {
  test.if(possible)(`something that is not a volume is not removed: ${JSON.stringify(name)}`, async () => {
    await using shop = await openShop();
    await shop.must("run", "--image", "base:1", "--rm", "-v", "kept:/kept", "--", "sh", "-c", "echo 1 >/kept/file");
    expect(await shop.call(["volume", "rm", name])).toMatchObject({
      exitCode: 1,
      stderr: `cannot remove volume ${JSON.stringify(name)}: there is none of that name\n  hint: see lamina volume list\n`,
    });
    expect(await Bun.file(join(shop.store, "volumes/kept/file")).text()).toBe("1\n");
  });
}
