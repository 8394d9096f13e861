/**
 * Class: an image whose /proc or /sys is a link, or becomes one (runc CVE-2019-19921, CVE-2023-27561, CVE-2023-28642, youki CVE-2025-54867).
 * procfs and sysfs are only attached to a real directory reached without links; later masks and writes go nowhere else.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, formed, NO_PIVOT, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 25;
const TARGETS = ["/tmp", "tmp", "../tmp", "/", ".", "/tmp/new", "/proc", "/sys", "@HOST@", "/proc/self/root/tmp"];
const NEW = [
  { destination: "/proc", type: "proc", source: "proc" },
  { destination: "/sys", type: "sysfs", source: "sysfs", options: ["ro"] },
];

for (const form of FORMS) {
  for (const name of ["proc", "sys"]) {
    test.if(root)(`an image whose /${name} is a link is refused, ${form.name}`, async () => {
      await using container = await formed(form, { args: ["/probe", "say", "ran"], config: { mounts: NEW } });
      const { box } = container;
      await rm(join(box.rootfs, name), { recursive: true });
      for (const target of TARGETS) {
        await symlink(target.replace("@HOST@", box.host), join(box.rootfs, name));
        const { exitCode, stdout, stderr } = await container.run();
        expect({ target, exitCode, stdout, stderr }).toEqual({ target, exitCode: 1, stdout: "", stderr: expect.stringContaining("ELOOP") });
        await rm(join(box.rootfs, name));
      }
    });
  }
}

for (const form of [DEFAULT, USER_NAMESPACE, NO_PIVOT]) {
  test.if(root)(`where /proc is exchanged with a link, it is procfs with its masks, or the start is refused, ${form.name}`, async () => {
    await using container = await formed(form, {
      args: ["/probe", "read", "/elsewhere/version", "append", "/elsewhere/sys/kernel/hostname", "x"],
      config: { mounts: NEW, linux: { maskedPaths: ["/proc/version"], readonlyPaths: ["/proc/sys"] } },
    });
    const { box } = container;
    await mkdir(join(box.rootfs, "elsewhere"));
    await symlink("/elsewhere", join(box.rootfs, "link"));
    await using swapper = await swap(join(box.rootfs, "proc"), join(box.rootfs, "link"));
    for (let i = 0; i < STARTS; i++) {
      const { stdout } = await container.run();
      expect(stdout).not.toContain("Linux version");
      expect(stdout).not.toContain("hostname ok");
    }
    expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
  });
}
