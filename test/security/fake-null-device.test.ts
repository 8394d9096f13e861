/**
 * Class: an image whose /dev/null is something else. Masks made of it would show what they hide, or make it writable (runc
 * CVE-2025-31133, youki CVE-2025-62161); as a standard stream it would be opened, and given away (crun CVE-2026-88265).
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FORMS, type Form, formed, NO_MOUNT } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 15;
const PROC = { destination: "/proc", type: "proc", source: "proc" };
/** The image's own /dev, in which lamina makes devices; or one that config.json binds, in which it does not. */
const DEVS: Readonly<Record<string, readonly JsonObject[]>> = {
  "in the image's /dev": [PROC],
  "in a /dev that is bound": [PROC, { destination: "/dev", type: "bind", source: "@HOST@/dev", options: ["bind"] }],
};
const FAKES: Readonly<Record<string, (path: string, host: string) => Promise<unknown>>> = {
  "a link to a setting of the kernel": (path) => symlink("/proc/sys/kernel/core_pattern", path),
  "a link to what is masked": (path) => symlink("/proc/version", path),
  "a link to a file of the host": (path, host) => symlink(join(host, "file"), path),
  "a link through a descriptor": (path, host) => symlink(`/proc/self/fd/5${"/..".repeat(9)}${host}/file`, path),
  "a file": (path) => writeFile(path, "FAKE"),
  "another device": async (path) => Bun.spawnSync(["mknod", "-m", "666", path, "c", "1", "5"]),
  "a directory": (path) => mkdir(path),
};
const READ = ["/probe", "read", "/proc/version", "append", "/proc/version", "x", "stat", "/proc/version", "change-fd", "0"];

const takesMasks = (form: Form): boolean => form !== NO_MOUNT;
for (const form of FORMS.filter(takesMasks)) {
  for (const [where, mounts] of Object.entries(DEVS)) {
    test.if(root)(`with a fake null device ${where} masks hide what they should, or the start is refused, ${form.name}`, async () => {
      for (const [what, make] of Object.entries(FAKES)) {
        await using container = await formed(form, {
          args: READ,
          host: { file: "of the host", "dev/.keep": "" },
          config: { mounts, root: { readonly: false }, linux: { maskedPaths: ["/proc/version"], readonlyPaths: ["/proc/sys"] } },
        });
        const { box } = container;
        const dev = where.includes("bound") ? join(box.host, "dev") : join(box.rootfs, "dev");
        await make(join(dev, "null"), box.host);
        const before = statSync(join(box.host, "file"));
        const { exitCode, stdout } = await container.run({ outer: ["sh", "-c", 'exec "$@" </dev/null', "sh"] });
        expect([what, exitCode === 0 ? stdout.split("\n").slice(0, 2) : stdout]).toEqual([
          what,
          exitCode === 0 ? ["read /proc/version ok ", "append /proc/version ok"] : "",
        ]);
        if (exitCode === 0) expect(stdout).toMatch(/^stat \/proc\/version c \d+ \d+:\d+ 1:3$/m);
        expect(statSync(join(box.host, "file"))).toEqual(before);
      }
    });
  }

  test.if(root)(`nor does one that is exchanged with the real one show anything, ${form.name}`, async () => {
    await using container = await formed(form, {
      args: READ,
      host: { file: "of the host", "dev/.keep": "" },
      config: {
        mounts: [...(DEVS["in a /dev that is bound"] ?? [])],
        linux: { maskedPaths: ["/proc/version"], readonlyPaths: ["/proc/sys"] },
      },
    });
    const { box } = container;
    const [first, second] = [join(box.host, "dev/null"), join(box.host, "dev/other")];
    if (!Bun.spawnSync(["mknod", "-m", "666", first, "c", "1", "3"]).success) throw new Error("cannot make a device");
    await symlink("/proc/version", second);
    await using swapper = await swap(first, second);
    for (let i = 0; i < STARTS; i++)
      expect((await container.run({ outer: ["sh", "-c", 'exec "$@" </dev/null', "sh"] })).stdout).not.toContain("Linux version");
    expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
  });
}
