/** Storage drivers that lamina lacks: those of other engines are known by name, and refused with a reason. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openShop } from "../support/image-shop.ts";
import { layeredSandbox } from "../support/layered.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

describe.if(requires("root", "busybox"))("drivers of other engines", () => {
  test.each([
    ["aufs", "AUFS was never part of the Linux kernel"],
    ["zfs", "ZFS is not part of the Linux kernel"],
    ["devicemapper", "the device mapper makes block devices, not directories"],
  ])("%s is known, and refused with the reason", async (name, reason) => {
    await using box = await layeredSandbox({ script: "", file: { driver: name } });
    const place = new RegExp(`${reason}.*\\n {2}layers\\.json:\\d+:\\d+ /driver\\n {2}hint: `);
    expect(await box.call(["run", "--bundle", box.path, box.id])).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(place) });
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

  test("an unknown driver is refused, and the error lists the known ones", async () => {
    await using shop = await openShop();
    expect(await shop.call(["run", "--driver", "tape", "--image", "base:1"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('cannot use driver "tape": accepted are overlay, fuse-overlayfs, vfs, btrfs'),
    });
    expect(await shop.call(["run", "--driver", "vfs", `c1-${crypto.randomUUID()}`])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--driver is for --image"),
    });
  });
});
