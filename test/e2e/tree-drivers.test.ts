/** Drivers vfs and btrfs, whose containers have a whole tree of their own: what is theirs alone. ../e2e/layer-drivers.test.ts has what all drivers share. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { subvolumesBelow } from "../support/btrfs-ground.ts";
import { DRIVER_ROWS, type Ground } from "../support/driver-grounds.ts";
import { openShop, type Shop } from "../support/image-shop.ts";
import { type LayeredRecipe, layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { type Files, writeFiles } from "../support/temp-dir.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(2 * TEST_TIMEOUT);

/** What a container is called is the name of its cgroup as well, which nobody else on the machine may have. */
const RUN = crypto.randomUUID().slice(0, 13);
const idOf = (i: number): string => `c${i}-${RUN}`;

const COUNT = 3000;
const many: Files = Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [nameOf(i), `${i}`]));

function nameOf(i: number): string {
  return `n/${String(i).padStart(4, "0")}`;
}

const run = (box: Sandbox): string[] => ["run", "--bundle", box.path, box.id];

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

async function setDriver({ path }: Sandbox, driver: string | undefined, members = {}): Promise<void> {
  const file = join(path, "layers.json");
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), driver, ...members }, null, 2));
}

for (const { driver, isPossible, open } of DRIVER_ROWS.filter((row) => row.driver === "vfs" || row.driver === "btrfs")) {
  describe.if(isPossible())(`driver ${driver}`, () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await open();
    });
    afterAll(() => ground[Symbol.asyncDispose]());

    const openBox = (recipe: LayeredRecipe): Promise<Sandbox> =>
      layeredSandbox({ ...recipe, file: { driver, ...recipe.file } }, { parent: ground.path });

    test("layers that are directories: whiteouts hide, changes stay, and the layers are as they were", async () => {
      await using box = await openBox({
        layers: [
          { "etc/who": "one\n", "etc/gone": "x", "dir/a": "" },
          { "etc/who": "two\n", "etc/.wh.gone": "" },
        ],
        script: "cat /etc/who; ls /etc; echo x >>/count; echo changed >/etc/who; wc -l </count",
      });
      expect((await box.must(run(box))).stdout).toBe("two\ngroup\npasswd\nwho\n1\n");
      expect((await box.must(run(box))).stdout).toBe("changed\ngroup\npasswd\nwho\n2\n");
      expect(await readFile(join(box.path, "layers/2/etc/who"), "utf8")).toBe("two\n");
      expect((await readdir(box.path)).filter((name) => name.startsWith("upper.")).sort()).toEqual([
        "upper.exit.json",
        "upper.lock",
        "upper.tree",
      ]);
    });

    test("killed while the tree is made, a creator leaves nothing half, and the next one makes it whole", async () => {
      await using box = await openBox({ layers: [many], script: "ls /n | wc -l" });
      for (const i of [0, 40, 700, 1500, COUNT - 1]) {
        const upper = join(box.path, "upper");
        const creating = await box.start(["create", "--bundle", box.path, box.id]);
        await until(`file ${i} is copied`, () => existsSync(join(`${upper}.new`, nameOf(i))) || existsSync(upper));
        creating.kill("SIGKILL");
        await creating.ended;
        await box.must(["delete", "--force", box.id]);
        if (existsSync(upper)) expect(await readdir(join(upper, "n"))).toHaveLength(COUNT);
        expect((await box.must(run(box))).stdout).toBe(`${COUNT}\n`);
        expect(existsSync(`${upper}.new`)).toBe(false);
        await rm(upper, { recursive: true });
      }
    });

    test("a writable layer of another driver is refused, with the place in layers.json, and stays as it is", async () => {
      await using box = await openBox({ script: "echo x >>/count; cat /count" });
      await setDriver(box, "overlay");
      await box.must(run(box));
      await setDriver(box, driver);
      const foreign = expect.stringMatching(
        /has what a container wrote under another driver.*\n {2}layers\.json:\d+:\d+ \/layers\n {2}hint: /,
      );
      expect(await box.call(run(box))).toMatchObject({ exitCode: 1, stderr: foreign });
      await setDriver(box, "overlay");
      expect((await box.must(run(box))).stdout).toBe("x\nx\n");

      await setDriver(box, driver, { upper: "mine" });
      await box.must(run(box));
      await setDriver(box, "overlay");
      const whole = expect.stringMatching(
        /mine: it is a whole tree, which driver vfs or btrfs has made\n {2}layers\.json:\d+:\d+ \/upper\n/,
      );
      expect(await box.call(run(box))).toMatchObject({ exitCode: 1, stderr: whole });
      await setDriver(box, driver);
      expect((await box.must(run(box))).stdout).toBe("x\nx\n");
    });

    test("a tree of other layers than the bundle has now is refused", async () => {
      await using box = await openBox({ layers: [{ a: "" }], script: "ls /a" });
      await box.must(run(box));
      await setDriver(box, driver, { layers: ["layers/base"] });
      expect(await box.call(run(box))).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("it was made of other layers than these"),
      });
    });

    test("a layer that is not there is an error with its place", async () => {
      await using box = await openBox({ script: "", file: { layers: ["layers/none", "layers/base"] } });
      const { exitCode, stderr } = await box.call(run(box));
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("/layers/none: no such file or directory\n") });
      expect(stderr).toMatch(/\n {2}layers\.json:4:5 \/layers\/0\n/);
      expect(box.leftovers()).toEqual([]);
      expect(existsSync(join(box.path, "upper"))).toBe(false);
    });

    test("of eight containers that want one bundle at once one gets it, and the tree is whole", async () => {
      await using box = await openBox({ layers: [many], script: "sleep 1000" });
      const ids = Array.from({ length: 8 }, (_, i) => `${box.id}-${i}`);
      const outcomes = await Promise.all(ids.map((id) => box.call(["create", "--bundle", box.path, id])));
      expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
      expect(outcomes.filter(({ stderr }) => /cannot use writable layer .* uses it\n/.test(stderr))).toHaveLength(7);
      for (const id of ids) await box.must(["delete", "--force", id]);
      expect(await readdir(join(box.path, "upper/n"))).toHaveLength(COUNT);
    });

    test("eight containers of one image at once, each with its own files", async () => {
      await using shop = await openShop(ground.path);
      const ids = Array.from({ length: 8 }, (_, i) => idOf(i));
      const words = (id: string): string[] => [
        "run",
        "--driver",
        driver,
        "--image",
        "base:1",
        id,
        "--",
        "sh",
        "-c",
        `echo ${id} >/mine; busybox cat /mine /which`,
      ];
      const outcomes = await Promise.all(ids.map((id) => shop.call(words(id))));
      expect(outcomes.map(({ stdout, stderr }) => stdout + stderr)).toEqual(ids.map((id) => `${id}\none\n`));
      expect(await shop.must("diff", idOf(3))).toBe("A /mine\n");
      ground.clear?.(shop.box.directory);
    });

    test("the ids of layers and of what is written can be those of the container", async () => {
      await using box = await openBox({
        script: "id -u; stat -c %u /bin/busybox; echo x >/new; chown 1000 /new; stat -c %u /new",
        file: { options: { idmap: true } },
        config: {
          linux: {
            namespaces: [{ type: "user" }, { type: "mount" }, { type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "network" }],
            uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
            gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
          },
          process: { capabilities: Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, ["CAP_CHOWN"]])) },
        },
      });
      expect((await box.must(run(box))).stdout).toBe("0\n0\n1000\n");
      expect(Bun.spawnSync(["stat", "-c", "%u", join(box.path, "upper/new")]).stdout.toString()).toBe("1000\n");
    });
  });
}

describe.if(requires("root", "busybox", "btrfs", "btrfs-progs"))("snapshots", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await (
      DRIVER_ROWS.find((row) => row.driver === "btrfs") ?? { open: () => Promise.reject(new Error("no driver btrfs")) }
    ).open();
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  test("containers of an image share one read-only subvolume, and go with their bundles; it goes with the layer", async () => {
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

  test("a container that may not write uses the shared subvolume itself; layers that are no whole stack are copied to the bundle", async () => {
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

  test("killed while the shared subvolume is made, a creator leaves nothing half, and the next ones make it whole and once", async () => {
    await using shop = await openShop(ground.path);
    await writeFiles(join(shop.box.host, "one"), many);
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
      / is not on btrfs, as this driver wants it\n {2}layers\.json:\d+:\d+ \/driver\n {2}hint: use "vfs"/,
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

describe.if(requires("root", "busybox"))("drivers of other engines", () => {
  test.each([
    ["aufs", "AUFS was never part of the Linux kernel"],
    ["zfs", "ZFS is not part of the Linux kernel"],
    ["devicemapper", "the device mapper makes block devices, not directories"],
  ])("%s is known, and refused with the reason", async (name, reason) => {
    await using box = await layeredSandbox({ script: "", file: { driver: name } });
    const place = new RegExp(`${reason}.*\\n {2}layers\\.json:\\d+:\\d+ /driver\\n {2}hint: `);
    expect(await box.call(run(box))).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(place) });
    const { stdout, exitCode } = await box.call(["check", "--bundle", box.path]);
    expect({ stdout, exitCode }).toEqual({ stdout: expect.stringContaining(reason), exitCode: 1 });
    await using shop = await openShop();
    for (const words of [
      ["run", "--image", "base:1"],
      ["bundle", "base:1", join(shop.box.directory, "made")],
    ]) {
      const [verb = "", ...rest] = words;
      expect(await shop.call([verb, "--driver", name, ...rest])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(reason) });
    }
    expect(existsSync(join(shop.box.directory, "made"))).toBe(false);
  });

  test("a driver that nobody knows is refused with those that there are", async () => {
    await using shop = await openShop();
    expect(await shop.call(["run", "--driver", "tape", "--image", "base:1"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('cannot use driver "tape": accepted are overlay, fuse-overlayfs, vfs, btrfs'),
    });
    expect(await shop.call(["run", "--driver", "vfs", idOf(1)])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--driver is for --image"),
    });
  });
});
