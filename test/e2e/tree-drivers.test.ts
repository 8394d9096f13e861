/** Drivers vfs and btrfs, whose containers have a whole tree of their own: what is special about them. layer-drivers.test.ts has what all drivers share. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DRIVER_ROWS, type Ground } from "../support/driver-grounds.ts";
import { openShop } from "../support/image-shop.ts";
import { type LayeredRecipe, layeredSandbox } from "../support/layered.ts";
import { COUNT, MANY_FILES, nameOf } from "../support/many-files.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** A container's id is also the name of its cgroup, which must be unique on the machine. */
const RUN = crypto.randomUUID().slice(0, 13);
const idOf = (i: number): string => `c${i}-${RUN}`;

const run = (box: Sandbox): string[] => ["run", "--bundle", box.path, box.id];

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

    test("layers that are directories: whiteouts hide, changes stay, and the layers are unchanged", async () => {
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

    test("killed while making the tree, a creator leaves nothing half-made, and the next one completes it", async () => {
      await using box = await openBox({ layers: [MANY_FILES], script: "ls /n | wc -l" });
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
        await rename(upper, join(box.directory, `made-${i}`)); // ext4 is slow to make files where as many were removed
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

    test("a missing layer is an error with its place", async () => {
      await using box = await openBox({ script: "", file: { layers: ["layers/none", "layers/base"] } });
      const { exitCode, stderr } = await box.call(run(box));
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("/layers/none: no such file or directory\n") });
      expect(stderr).toMatch(/\n {2}layers\.json:4:5 \/layers\/0\n/);
      expect(box.leftovers()).toEqual([]);
      expect(existsSync(join(box.path, "upper"))).toBe(false);
    });

    test("of eight containers that want one bundle at once, one gets it, and the tree is complete", async () => {
      await using box = await openBox({ layers: [MANY_FILES], script: "sleep 1000" });
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
