/** What a container has written: shown by diff and list --size, and turned into an image by commit. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openShop } from "../support/image-shop.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [C1, C2] = [ownId("c1"), ownId("c2")] as const;

const possible = requires("root", "busybox");
const WRITE = "echo new >/new; echo changed >/which; rm /bin/sh; mkdir -p /a/b; printf 12345 >/a/b/c";
const EPOCH = { env: { SOURCE_DATE_EPOCH: "1000000000" } };

test.if(possible)("diff lists what was added, changed and deleted, even after the container is gone", async () => {
  await using shop = await openShop();
  await shop.must("run", "--keep", "--image", "base:1", C1, "--", "sh", "-c", WRITE);
  const changes = ["A /a", "A /a/b", "A /a/b/c", "C /bin", "D /bin/sh", "A /new", "C /which"].map((line) => `${line}\n`).join("");
  expect(await shop.must("diff", C1)).toBe(changes);
  await shop.must("delete", C1);
  expect(await shop.must("diff", C1)).toBe(changes);
  expect(JSON.parse(await shop.must("diff", "--format", "json", C1))).toContainEqual({ kind: "D", path: "/bin/sh" });
});

test.if(possible)("a committed image has the changes, its parent does not, and both share the layer below", async () => {
  await using shop = await openShop();
  await shop.must("run", "--image", "base:1", C1, "--", "sh", "-c", WRITE);
  expect(await shop.must("commit", "--change", 'CMD ["busybox", "cat", "/which", "/new"]', C1, "next:1")).toMatch(
    /^next:1: .* 2 layers, 1 new\n$/,
  );
  expect(await shop.must("run", "--rm", "--image", "next:1")).toBe("changed\nnew\n");
  expect(await shop.must("run", "--rm", "--image", "base:1", "--", "cat", "/which", "/bin/sh").catch(String)).not.toContain("changed");
  expect(await shop.must("run", "--rm", "--image", "next:1", "--", "busybox", "ls", "/bin")).toBe("busybox\n");
  const layersOf = async (name: string) =>
    JSON.parse(await shop.must("image", "inspect", name)).layers.map((layer: { chainId: string }) => layer.chainId);
  expect((await layersOf("next:1"))[0]).toBe((await layersOf("base:1"))[0]);
  await shop.must("image", "verify");
});

test.if(possible)("with SOURCE_DATE_EPOCH the same files give the same image, whoever wrote them when", async () => {
  await using shop = await openShop();
  const images = [];
  for (const id of [C1, C2]) {
    await shop.must("run", "--image", "base:1", id, "--", "sh", "-c", WRITE);
    images.push(await shop.call(["commit", "--quiet", "--author", "me", "--message", "hello", id, `made:${id}`], EPOCH));
  }
  expect(images[0]).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/) });
  expect(images[1]).toEqual(images[0]);
  const { config } = JSON.parse(await shop.must("image", "inspect", `made:${C1}`));
  expect(config).toMatchObject({ author: "me", created: "2001-09-09T01:46:40.000Z" });
  expect(config.history.at(-1)).toEqual({
    created: "2001-09-09T01:46:40.000Z",
    created_by: "lamina commit",
    author: "me",
    comment: "hello",
  });
});

test.if(possible)("a commit on an image whose name has moved to another image keeps the layers that the container saw", async () => {
  await using shop = await openShop();
  await shop.must("run", "--image", "base:1", C1, "--", "sh", "-c", "echo new >/new");
  await shop.add("base:1", "two");
  await shop.must("commit", "-c", 'CMD ["cat", "/which"]', "-c", 'ENTRYPOINT ["busybox"]', C1, "next:1");
  expect(await shop.must("run", "--rm", "--image", "next:1")).toBe("one\n");
});

test.if(possible)("owners in an image are those that its container saw, whatever a user namespace mapped them to", async () => {
  await using shop = await openShop();
  const bundle = join(shop.box.directory, "made");
  await shop.must("bundle", "base:1", bundle, "--", "sh", "-c", "echo x >/new; chown 7:8 /new");
  const path = join(bundle, "config.json");
  const config = JSON.parse(await readFile(path, "utf8"));
  const mappings = [{ containerID: 0, hostID: 100_000, size: 1000 }];
  config.linux = {
    ...config.linux,
    uidMappings: mappings,
    gidMappings: mappings,
    namespaces: [...config.linux.namespaces, { type: "user" }],
  };
  await writeFile(path, JSON.stringify(config));
  Bun.spawnSync(["chown", "-R", "100000:100000", join(shop.store, "layers")]);
  await chmod(shop.store, 0o711);
  for (const name of ["layers", "layers/sha256"]) await chmod(join(shop.store, name), 0o711);
  await shop.must("run", "--keep", "--bundle", bundle, C1);
  expect(Bun.spawnSync(["stat", "-c", "%u:%g", join(bundle, "upper/new")]).stdout.toString()).toBe("100007:100008\n");
  await shop.must("commit", C1, "next:1");
  expect(await shop.must("run", "--rm", "--image", "next:1", "--", "busybox", "stat", "-c", "%u:%g", "/new")).toBe("7:8\n");
  await shop.must("delete", C1);
});

test.if(possible)("list --size shows the container's own size, and the size including the layers below", async () => {
  await using shop = await openShop();
  await shop.must("run", "--keep", "--image", "base:1", C1, "--", "sh", "-c", "printf 12345 >/file; busybox ln /file /link");
  const [{ size, virtualSize }] = JSON.parse(await shop.must("list", "--size", "--format", "json"));
  const below = Bun.file(join(shop.box.host, "one/bin/busybox")).size + "one\n".length;
  expect({ size, virtualSize }).toEqual({ size: 5, virtualSize: 5 + below });
  expect(await shop.must("list", "-s")).toMatch(/SIZE\nc1-\S+ +.* 5 B \(virtual [\d.]+ [kM]B\)\n$/);
  await shop.must("delete", C1);
});

test.if(possible).each([
  ["a container that nobody knows", ["diff", "none"], "container does not exist: none"],
  ["a change that is none", ["commit", "-c", "RUN x", C1, "n"], 'cannot change an image by "RUN x"'],
  ["a name that is none", ["commit", C1, "no name"], 'cannot use "no name" as name of an image'],
])("%s is refused", async (_, words, message) => {
  await using shop = await openShop();
  await shop.must("run", "--image", "base:1", C1, "--", "sh", "-c", "true");
  expect(await shop.call(words)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
  expect(JSON.parse(await shop.must("image", "list", "--format", "json"))).toHaveLength(1);
});

test.if(possible)("a container of a bundle without layers has no changes to show", async () => {
  await using shop = await openShop();
  await shop.box.create();
  expect(await shop.call(["diff", shop.box.id])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is not made of layers") });
  await writeFile(join(shop.box.path, "layers.json"), '{"schemaVersion":1,"layers":["rootfs"]}');
  expect(await shop.must("diff", shop.box.id)).toBe("");
  expect(await shop.call(["commit", shop.box.id, "n"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("has not written anything"),
  });
});
