/** Driver btrfs: which containers share a subvolume, which get their own, and when they are removed. tree-drivers.test.ts covers what vfs does as well. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { btrfsGround, subvolumesBelow } from "../support/btrfs-ground.ts";
import type { Ground } from "../support/driver-grounds.ts";
import { openShop, type Shop } from "../support/image-shop.ts";
import { COUNT, MANY_FILES, nameOf } from "../support/many-files.ts";
import { requires } from "../support/requires.ts";
import { writeFiles } from "../support/temp-dir.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** A container's id is also the name of its cgroup, which must be unique on the machine. */
const RUN = crypto.randomUUID().slice(0, 13);
const idOf = (i: number): string => `c${i}-${RUN}`;

/** The id of a container of base:1 that has run the script. */
async function madeBy({ must }: Shop, script: string): Promise<string> {
  await must("run", "--driver", "btrfs", "--image", "base:1", idOf(5), "--", "sh", "-c", script);
  return idOf(5);
}

/** Returns the archive. */
function packed(root: string): string {
  const { success, stderr } = Bun.spawnSync(["tar", "-C", root, "-cf", `${root}.tar`, "."]);
  if (!success) throw new Error(`cannot pack ${root}: ${stderr}`);
  return `${root}.tar`;
}

describe.if(requires("root", "busybox", "btrfs", "btrfs-progs"))("snapshots", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await btrfsGround();
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  test("containers of an image share one read-only subvolume; theirs are removed with their bundles, the shared one with the layer", async () => {
    await using shop = await openShop(ground.path);
    const below = (): string[] =>
      subvolumesBelow(ground.path).map((path) =>
        path
          .replace(/.*\/store\//, "")
          .replace(/[0-9a-f]{64}/, "ID")
          .replace(`-${RUN}`, ""),
      );
    for (const id of [1, 2].map(idOf)) await shop.must("run", "--driver", "btrfs", "--image", "base:1", id, "--", "sh", "-c", "true");
    expect(below().sort()).toEqual(["bundles/c1/upper", "bundles/c2/upper", "layers/sha256/ID/tree"]);
    const base = subvolumesBelow(ground.path).find((path) => path.endsWith("/tree")) ?? "";
    await expect(writeFile(join(ground.path, base, "new"), "")).rejects.toThrow("EROFS");
    await shop.must("run", "--rm", "--driver", "btrfs", "--image", "base:1", idOf(3), "--", "sh", "-c", "true");
    expect(below()).toHaveLength(3);
    await shop.must("image", "rm", "base:1");
    await shop.must("image", "gc");
    expect(below()).toHaveLength(3); // the bundles need the layer
    for (const id of [1, 2].map(idOf)) await rm(join(shop.store, "bundles", id), { recursive: true });
    await shop.must("image", "gc");
    expect(below()).toEqual([]);
    expect(await readdir(join(shop.store, "layers/sha256"))).toEqual([]);
  });

  test("a read-only container uses the shared subvolume itself; layers that are not a whole stack are copied to the bundle", async () => {
    await using shop = await openShop(ground.path);
    const bundle = join(shop.box.directory, "made");
    await shop.must("bundle", "--driver", "btrfs", "base:1", bundle, "--", "sh", "-c", "busybox cat /which; echo x >/new");
    const file = join(bundle, "layers.json");
    const layers = JSON.parse(await readFile(file, "utf8"));
    const below = (): string[] => subvolumesBelow(ground.path).map((path) => path.replace(/.*\/(?=[^/]+\/[^/]+$)/, ""));
    const made = join(shop.box.directory, "over");
    await writeFiles(made, { which: "over\n" });

    await writeFile(file, JSON.stringify({ ...layers, layers: [...layers.layers, made], options: { readonly: true } }));
    expect(await shop.call(["run", "--bundle", bundle, idOf(1)])).toMatchObject({ exitCode: 1, stdout: "over\n" });
    expect(below()).toEqual(["made/upper"]);
    Bun.spawnSync(["btrfs", "subvolume", "delete", join(bundle, "upper")]);

    await shop.must("run", "--rm", "--driver", "btrfs", "--image", "base:1", idOf(1), "--", "sh", "-c", "echo x >/new");
    await shop.must("commit", "--quiet", await madeBy(shop, "echo y >/new"), "next:1");
    const second = join(shop.box.directory, "second");
    await shop.must("bundle", "--driver", "btrfs", "next:1", second, "--", "sh", "-c", "busybox cat /new; echo x >/new");
    const next = join(second, "layers.json");
    await writeFile(next, JSON.stringify({ ...JSON.parse(await readFile(next, "utf8")), options: { readonly: true } }));
    for (let i = 0; i < 2; i++) expect(await shop.call(["run", "--bundle", second, idOf(1)])).toMatchObject({ exitCode: 1, stdout: "y\n" });
    expect(existsSync(join(second, "upper"))).toBe(false);
    expect(below().filter((path) => path.endsWith("/tree"))).toHaveLength(2); // of each image
    ground.clear?.(shop.box.directory);
  });

  test("killed while making the shared subvolume, a creator leaves nothing half-made, and the next ones make it completely and once", async () => {
    await using shop = await openShop(ground.path);
    await writeFiles(join(shop.box.host, "one"), MANY_FILES);
    await shop.must("image", "import", "--quiet", packed(join(shop.box.host, "one")), "many:1");
    const words = (id: string): string[] => [
      "run",
      "--driver",
      "btrfs",
      "--image",
      "many:1",
      id,
      "--",
      "sh",
      "-c",
      "busybox ls /n | busybox wc -l",
    ];
    const layers = join(shop.store, "layers/sha256");
    const hasBegun = async (): Promise<boolean> =>
      (await readdir(layers)).some(
        (name) => existsSync(join(layers, name, "tree.new", nameOf(1000))) || existsSync(join(layers, name, "tree")),
      );
    const killed = await shop.box.start(["--image-root", shop.store, ...words(idOf(0))]);
    await until("a part is copied", hasBegun);
    killed.kill("SIGKILL");
    await killed.ended;
    await shop.must("delete", "--force", idOf(0));
    const outcomes = await Promise.all([1, 2, 3].map(idOf).map((id) => shop.call(words(id))));
    expect(outcomes.map(({ stdout, stderr }) => stdout + stderr)).toEqual(Array.from({ length: 3 }, () => `${COUNT}\n`));
    const bases = subvolumesBelow(ground.path).filter((path) => path.startsWith(relative(ground.path, layers)));
    expect(bases).toEqual([expect.stringMatching(/\/tree$/)]);
    ground.clear?.(shop.box.directory);
  });

  test.each([
    [
      "the bundle is on another file system",
      "bundle",
      / is not on btrfs, which this driver needs\n {2}layers\.json:\d+:\d+ \/driver\n {2}hint: use "vfs"/,
    ],
    [
      "the store is on another file system",
      "store",
      /a snapshot of .*\/tree, which is not on btrfs, cannot be at .*\/upper\n {2}layers\.json:\d+:\d+ \/driver\n/,
    ],
  ])("where %s, the driver is refused with the reason", async (_, what, reason) => {
    await using elsewhere = await openShop();
    await using here = await openShop(ground.path);
    const [store, parent] = what === "bundle" ? [here, elsewhere.box.directory] : [elsewhere, here.box.directory];
    const bundle = join(parent, "made");
    await store.must("bundle", "--driver", "btrfs", "base:1", bundle, "--", "sh", "-c", "true");
    expect(await store.call(["run", "--bundle", bundle, idOf(1)])).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(reason) });
    expect(await store.call(["check", "--bundle", bundle])).toMatchObject({ exitCode: 1 });
    expect((await readdir(bundle)).sort()).toEqual(["config.json", "layers.json", "rootfs"]);
  });
});
