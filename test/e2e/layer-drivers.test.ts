/**
 * What every storage driver must do in the same way: one suite that each of them runs (../support/driver-grounds.ts has
 * a row for each). The results of overlay are the reference for the others.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listTree } from "../../src/layers/store/tree-listing.ts";
import type { LayersDriver } from "../../src/spec/types.ts";
import { OPEN, openFile } from "../../src/sys/file/file.ts";
import { DRIVER_ROWS, type Ground } from "../support/driver-grounds.ts";
import { openShop, type Shop } from "../support/image-shop.ts";
import { isObject, parseObject } from "../support/json.ts";
import { shownTree, writeLayeredImage } from "../support/layered-image.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** A container's id is also the name of its cgroup, which must be unique on the machine. */
const RUN = crypto.randomUUID().slice(0, 13);
const c1 = `c1-${RUN}`;
const c2 = `c2-${RUN}`;

const EPOCH = { env: { SOURCE_DATE_EPOCH: "1000000000" } };

/** Keeps the runtime's own devices out of the container's tree. */
const MOUNTS = [{ destination: "/dev", type: "tmpfs", source: "tmpfs" }];

/** A bundle of the image layered:1 with that driver, whose shell runs `script`. */
async function makeBundle({ must, box }: Shop, driver: LayersDriver, script: string, options = {}): Promise<string> {
  const bundle = join(box.directory, `${driver}-${crypto.randomUUID()}`);
  await must("bundle", "--driver", driver, "layered:1", bundle, "--", "/bin/sh", "-c", script);
  await change(join(bundle, "config.json"), { mounts: MOUNTS });
  await change(join(bundle, "layers.json"), { options });
  return bundle;
}

async function change(path: string, members: object): Promise<void> {
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...members }, null, 2));
}

/** What a container of the bundle shows while it exists. */
async function treeShown({ must }: Shop, bundle: string): Promise<string[]> {
  await must("create", "--bundle", bundle, c2);
  try {
    return shownTree(Number(parseObject(await must("state", c2)).pid));
  } finally {
    await must("delete", "--force", c2);
  }
}

/** Everything in the store's layers, including attributes and times. */
function storedLayers({ store }: Shop): string[] {
  const layers = join(store, "layers/sha256");
  return readdirSync(layers).flatMap((name) => {
    using root = openFile(join(layers, name, "diff"), OPEN.read | OPEN.directory);
    return [name, ...listTree(root)];
  });
}

const CHANGES = `
  echo new >/new; echo more >>/big; printf x | busybox dd of=/d/sub/s bs=1 conv=notrunc 2>/dev/null
  busybox rm /d/a; busybox rm -r /old; busybox mkdir /old; echo other >/old/new; busybox mv /etc/passwd /etc/moved
  busybox chmod 700 /owned; busybox ln /etc/group /etc/second; busybox rm /swapped; busybox mkdir /swapped; echo y >/swapped/y
  busybox rm -r /swap; echo z >/swap; busybox rm /raised; busybox mkfifo /a-pipe; busybox chmod 640 /a-pipe; busybox ln -s to /a-link; busybox mkdir -p /deep/er
`;
const CHANGED = [
  "A /a-link",
  "A /a-pipe",
  "C /big",
  "C /d",
  "D /d/a",
  "C /d/sub",
  "C /d/sub/s",
  "A /deep",
  "A /deep/er",
  "C /etc",
  "C /etc/group",
  "A /etc/moved",
  "D /etc/passwd",
  "A /etc/second",
  "A /new",
  "C /old",
  "C /old/new",
  "D /old/y",
  "C /owned",
  "D /raised",
  "C /swap",
  "C /swapped",
  "A /swapped/y",
];

for (const { driver, isPossible, open } of DRIVER_ROWS) {
  describe.if(isPossible())(`driver ${driver}`, () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await open();
    });
    afterAll(() => ground[Symbol.asyncDispose]());

    async function openStore(): Promise<Shop & AsyncDisposable> {
      const shop = await openShop(ground.path);
      await shop.must("image", "import", "--quiet", await writeLayeredImage(join(shop.box.directory, "layout")), "layered:1");
      return {
        ...shop,
        [Symbol.asyncDispose]: () => {
          ground.clear?.(shop.box.directory);
          return shop[Symbol.asyncDispose]();
        },
      };
    }

    test("shows what overlay shows: whiteouts, opaque directories, links, devices, owners, modes, times, attributes", async () => {
      await using shop = await openStore();
      const shown = await treeShown(shop, await makeBundle(shop, driver, "true"));
      expect(shown.length).toBeGreaterThan(30);
      expect(shown).toEqual(await treeShown(shop, await makeBundle(shop, "overlay", "true")));
    });

    test("what a container writes, deletes and renames persists when it is created again, and the layers are unchanged", async () => {
      await using shop = await openStore();
      const before = storedLayers(shop);
      const bundle = await makeBundle(
        shop,
        driver,
        `[ -e /new ] || { ${CHANGES} }; busybox cat /new /old/new; busybox ls /swapped /etc; busybox wc -c </big`,
      );
      const printed = "new\nother\n/etc:\ngroup\nmoved\nsecond\n\n/swapped:\ny\n1600005\n";
      for (let i = 0; i < 2; i++) expect(await shop.must("run", "--bundle", bundle, c1)).toBe(printed);
      const changed = await treeShown(shop, bundle);
      const model = await makeBundle(shop, "overlay", CHANGES);
      await shop.must("run", "--bundle", model, c2);
      const withoutTimes = (tree: readonly string[]): string[] => tree.map((line) => line.replace(/ \d+\.\d{9}/, ""));
      expect(withoutTimes(changed)).toEqual(withoutTimes(await treeShown(shop, model)));
      expect(storedLayers(shop)).toEqual(before);
      await shop.must("image", "verify");
    });

    test("a second container on the bundle is refused until the first has stopped", async () => {
      await using shop = await openStore();
      const bundle = await makeBundle(shop, driver, "true");
      await shop.must("create", "--bundle", bundle, c1);
      expect(await shop.call(["run", "--bundle", bundle, c2])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(new RegExp(`upper: container ${c1} uses it\\n {2}layers\\.json:`)),
      });
      await shop.must("delete", "--force", c1);
      await shop.must("run", "--bundle", bundle, c2);
    });

    test("without a writable layer nothing can be written", async () => {
      await using shop = await openStore();
      const bundle = await makeBundle(shop, driver, "busybox cat /d/b; echo x >/new", { readonly: true });
      for (let i = 0; i < 2; i++) {
        expect(await shop.call(["run", "--bundle", bundle, c1])).toMatchObject({
          exitCode: 1,
          stdout: "back\n",
          stderr: expect.stringContaining("Read-only file system"),
        });
      }
      await shop.must("create", "--bundle", bundle, c1);
      expect(await shop.must("diff", c1)).toBe("");
      await shop.must("delete", "--force", c1);
    });

    test("diff shows the same for the same changes, and nothing without changes", async () => {
      await using shop = await openStore();
      const told: string[] = [];
      for (const script of ["true", CHANGES]) {
        await shop.must("run", "--keep", "--bundle", await makeBundle(shop, driver, script), c1);
        told.push(await shop.must("diff", c1));
        await shop.must("delete", c1);
      }
      expect(told[0]).toBe("");
      expect(told[1]?.trim().split("\n")).toEqual(CHANGED);
    });

    test("commit makes the same layer from the same changes, and a container of it sees them", async () => {
      await using shop = await openStore();
      const diffIds: unknown[] = [];
      const trees: string[][] = [];
      for (const one of [driver, "overlay"] as const) {
        const bundle = await makeBundle(shop, one, CHANGES);
        await shop.must("run", "--keep", "--bundle", bundle, c1);
        expect(await shop.call(["commit", "--quiet", c1, `made:${one}`], EPOCH)).toMatchObject({ exitCode: 0 });
        await shop.must("delete", c1);
        const { layers } = parseObject(await shop.must("image", "inspect", `made:${one}`));
        diffIds.push(Array.isArray(layers) ? layers.filter(isObject).map(({ diffId }) => diffId) : []);
        const again = join(shop.box.directory, `again-${one}-${diffIds.length}`);
        await shop.must("bundle", "--driver", driver, `made:${one}`, again);
        await change(join(again, "config.json"), { mounts: MOUNTS });
        trees.push(await treeShown(shop, again));
      }
      expect(diffIds[0]).toHaveLength(4);
      expect(diffIds[0]).toEqual(diffIds[1]);
      expect(trees[0]).toEqual(trees[1]);
    });

    test("commit of a running container contains what it has written so far", async () => {
      await using shop = await openStore();
      // into a file that stays open: closing it would write back what a cache holds
      const script =
        'BEGIN { for (i = 1; i <= 2000; i++) print i >"/numbers"; fflush(); print "said"; fflush(); system("busybox sleep 1000") }';
      const bundle = await makeBundle(shop, driver, `busybox awk '${script}'`);
      const running = await shop.box.start(["--image-root", shop.store, "run", "--bundle", bundle, c1]);
      await running.shows("said");
      await shop.must("commit", "--quiet", c1, "made:1");
      await shop.must("delete", "--force", c1);
      await running.ended;
      expect(await shop.must("run", "--rm", "--image", "made:1", c2, "--", "busybox", "sha1sum", "/numbers")).toBe(
        `${new Bun.CryptoHasher("sha1").update(`${Array.from({ length: 2000 }, (_, i) => i + 1).join("\n")}\n`).digest("hex")}  /numbers\n`,
      );
    });

    test("list --size shows the bytes that the container has written, and those below; image df does not count them", async () => {
      await using shop = await openStore();
      const spaceBefore = await shop.must("image", "df", "--format", "json");
      await shop.must(
        "run",
        "--keep",
        "--driver",
        driver,
        "--image",
        "layered:1",
        c1,
        "--",
        "sh",
        "-c",
        "printf 12345 >/f; busybox ln /f /g",
      );
      await shop.must(
        "run",
        "--keep",
        "--driver",
        "overlay",
        "--image",
        "layered:1",
        c2,
        "--",
        "sh",
        "-c",
        "printf 12345 >/f; busybox ln /f /g",
      );
      expect(await shop.must("image", "df", "--format", "json")).toBe(spaceBefore);
      const sizes = JSON.parse(await shop.must("list", "--size", "--format", "json")).map(
        ({ size, virtualSize }: Record<string, unknown>) => ({ size, virtualSize }),
      );
      expect(sizes[0]).toMatchObject({ size: 5 });
      expect(sizes[0]).toEqual(sizes[1]);
      for (const id of [c1, c2]) await shop.must("delete", id);
    });

    test("check finds nothing wrong, and explain changes nothing", async () => {
      await using shop = await openStore();
      const bundle = await makeBundle(shop, driver, "true");
      expect(await shop.must("check", "--bundle", bundle)).toBe(`ok: ${bundle} can run here\n`);
      expect(await shop.must("explain", "--bundle", bundle)).toContain("layers.json:");
      expect((await readdir(bundle)).sort()).toEqual(["config.json", "layers.json", "rootfs"]);
    });

    test("nothing is left of a container with --rm, or of its image", async () => {
      await using shop = await openStore();
      await shop.must("run", "--rm", "--driver", driver, "--image", "layered:1", c1, "--", "sh", "-c", "echo x >/new");
      expect(await readdir(join(shop.store, "bundles"))).toEqual([]);
      for (const name of ["layered:1", "base:1"]) await shop.must("image", "rm", name);
      await shop.must("image", "gc");
      expect(await readdir(join(shop.store, "layers/sha256"))).toEqual([]);
      expect(await ground.leftovers()).toEqual([]);
    });
  });
}
